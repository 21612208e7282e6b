// Package visura is the form for one visura and what comes of it, without a
// window: whom the operator means, what he asks and why, the request under
// way, and its end in words. The screen shows its [State] and hands on what is
// typed.
//
// What can be judged here is judged before anything is sent, by the same rules
// as on the server, which has the last word. Refusals carry the server's names
// of fields ("subject.identity.surname"), so that both kinds land under the
// same input.
package visura
