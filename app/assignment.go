package app

import "time"

// Assignment (legame) says to which ADMIN, and so to which department, an
// operator belonged, from when to when. What an operator did belongs to the
// assignment that he had when he did it (specification §2).
type Assignment struct {
	Operator   ID
	Admin      ID
	Department ID
	Since      time.Time
	Until      time.Time // zero while it lasts
	By         ID        // who made it; "" on the server's console
}

// AdminLoad is an ADMIN with how many operators are assigned to him.
type AdminLoad struct {
	User      User
	Operators int
}
