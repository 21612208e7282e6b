package connect

import "indagor/sync/wire"

// Step is where connecting stands. Each but Ready is a page.
type Step string

// The steps.
const (
	Opening    Step = "opening"    // the keys are being opened, or the server asked
	Address    Step = "address"    // the address of the server is asked for
	Passphrase Step = "passphrase" // the passphrase of the key file is asked for
	Blocked    Step = "blocked"    // the keys or the copy do not open; Trouble says why
	Away       Step = "away"       // the server is not reached; it is tried again by itself
	Refused    Step = "refused"    // the server refuses the registration; Err says why
	Waiting    Step = "waiting"    // an administrator must approve the workstation
	Stopped    Step = "stopped"    // the workstation is suspended, revoked or cloned
	Ready      Step = "ready"      // sign-in can begin
)

// Need says why a passphrase is asked for.
type Need string

// The needs.
const (
	NeedNew    Need = "new"    // there is no keyring: a passphrase is chosen
	NeedLonger Need = "longer" // the one chosen is too short
	NeedOpen   Need = "open"   // the key file is to be opened
	NeedAgain  Need = "again"  // it was not that one
)

// Trouble says what kept the program from its keys or from its server.
type Trouble string

// The troubles.
const (
	TroubleNone        Trouble = ""
	TroubleAddress     Trouble = "address"     // no address of a server
	TroubleNetwork     Trouble = "network"     // no connection
	TroubleTimeout     Trouble = "timeout"     // no answer in time
	TroubleCertificate Trouble = "certificate" // somebody answered whom this machine does not trust
	TroubleStranger    Trouble = "stranger"    // somebody answered who is no server of ours
	TroubleInUse       Trouble = "in_use"      // the program is already running
	TroubleNoKeyring   Trouble = "no_keyring"  // no keyring, and no passphrase was given
	TroubleLocked      Trouble = "locked"      // the keyring is locked
	TroubleDamaged     Trouble = "damaged"     // what is kept is no key or copy of ours
	TroubleWrongKey    Trouble = "wrong_key"   // the key does not open the copy
)

// Remote reports whether the trouble lies between here and the server.
func (t Trouble) Remote() bool {
	return t == TroubleNetwork || t == TroubleTimeout || t == TroubleCertificate || t == TroubleStranger
}

// State is what there is to show.
type State struct {
	Step    Step
	Server  string  // address in use, or as typed where it cannot be used
	Need    Need    // with Passphrase
	Trouble Trouble // with Address, Blocked and Away; with Waiting and Stopped, where the server is away meanwhile
	Err     error   // with Refused and Blocked
	Working bool    // something is being asked just now
	First   bool    // this server was never reached before: its address may be the mistake
	Info    wire.ServerInfo
	Own     wire.OwnWorkstation // with Waiting, Stopped and Ready
}
