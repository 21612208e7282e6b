package app

// Caller is who asks: the user with his session, on which workstation, from
// which address. Only the gate makes one, after every check.
type Caller struct {
	User            User
	Session         ID
	Workstation     ID
	WorkstationName string
	WorkstationOK   bool   // approved, not only known
	Key             string // thumbprint of the workstation's key
	Address         string
}

// Actor is the caller as the log names him.
func (c Caller) Actor() Actor {
	return Actor{c.User.ID, c.User.Username, c.User.Role, c.User.Department, c.User.Admin}
}

// Event begins an event of the caller.
func (c Caller) Event(class Class, kind EventKind) Event {
	return Event{Class: class, Kind: kind, Actor: c.Actor(), Workstation: c.Workstation, Key: c.Key, Address: c.Address}
}
