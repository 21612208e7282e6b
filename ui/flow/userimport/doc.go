// Package userimport registers the users of a CSV, without a window: a file is
// chosen, the server says what would become of every row, the good rows are
// registered little by little with progress and a way to stop, and the
// one-time secrets are handed out once. The server reads the file; nothing of
// it is judged here.
package userimport
