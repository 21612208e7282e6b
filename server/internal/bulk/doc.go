// Package bulk does the two services on lists: the rivestizione, which dresses
// a list of fiscal codes with data of the register, and the nuclei familiari,
// which gives the household of every person of a list (specification §6).
//
// A job is a list with what is to be asked about it. Its list arrives in
// pieces, is read and checked ([indagor/app/list]), and is shown before
// anything is asked. Then its operator starts it, and the server asks row
// after row: for each the ANPR id (C030) unless it is known, the residence
// where the scope must be looked at (C020), and the e-services of the columns
// that were chosen.
//
// Three things hold it together:
//
//   - A [lane] for each e-service lets calls through: a few at a time and fewer
//     than people may have, at a pace, within the office's hours, none while
//     the quota is spent or ANPR is down; of several users' jobs each in turn.
//   - What is about to be asked is written before it is asked, and the answer
//     when it has come: after a server that was killed only the questions
//     between the two are asked again. A row gets its outcome, its answer and
//     its event of the log in one transaction, once.
//   - What is kept of a row is sealed at rest. Memory holds the rows under way,
//     never the list.
package bulk
