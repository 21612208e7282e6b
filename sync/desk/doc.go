// Package desk is what the desktop does without a window: it opens the
// workstation's key and the encrypted copy, registers, signs in, asks, follows
// what it asked, keeps the copy fresh, and goes on from the copy while the
// server is away. The windows see it through small interfaces of their own.
//
// A session's token lives in memory only. Desk decides no permission: it passes
// the server's refusals on, as *app.Error and app.Errors, and tells its
// subscribers when the session has ended or the server has gone.
package desk
