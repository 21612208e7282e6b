package app

import "time"

// Workstation (postazione) is a PC known to the server. It has one key for
// every operating-system user who works on it, because keyrings do.
type Workstation struct {
	ID          ID               `json:"id"`
	Name        string           `json:"name" doc:"Host name, or the asset code given at approval"`
	State       WorkstationState `json:"state" enum:"pending,authorised,suspended,revoked"`
	Department  ID               `json:"department,omitempty"`
	Office      string           `json:"office,omitempty"`
	Responsible string           `json:"responsible,omitempty" doc:"Person responsible"`
	OS          string           `json:"os"`
	AppVersion  string           `json:"app_version"`
	FirstSeen   time.Time        `json:"first_seen"`
	LastSeen    time.Time        `json:"last_seen" doc:"Last sign-in or registration"`
	Expires     *Day             `json:"expires,omitempty" doc:"Last day on which the workstation works"`
	Alarm       WorkstationAlarm `json:"alarm,omitempty" enum:"drift,clone," doc:"Why it was suspended by the server itself"`
	Token       ID               `json:"enrolment_token,omitempty" doc:"The enrolment token that authorised it, where one did"`
	Version     int              `json:"version"`
	Keys        []WorkstationKey `json:"keys" nullable:"false"`
	Fingerprint Fingerprint      `json:"-"`
}

// WorkstationValues are the values by which a register can be filtered.
type WorkstationValues struct{ Offices, OS, AppVersions []string }

// WorkstationKey is one operating-system user's key on a workstation.
type WorkstationKey struct {
	Thumbprint string           `json:"thumbprint" doc:"RFC 7638 thumbprint, SHA-256"`
	OSUser     string           `json:"os_user"`
	State      WorkstationState `json:"state" enum:"pending,authorised,suspended,revoked"`
	Code       string           `json:"code" doc:"Short code for comparison, shown on the workstation too"`
	Added      time.Time        `json:"added"`
}

// WorkstationState is where a workstation stands.
type WorkstationState string

// The states of a workstation.
const (
	WorkstationPending    WorkstationState = "pending"
	WorkstationAuthorised WorkstationState = "authorised"
	WorkstationSuspended  WorkstationState = "suspended"
	WorkstationRevoked    WorkstationState = "revoked"
)

// WorkstationAlarm says why the server suspended a workstation by itself.
type WorkstationAlarm string

// The alarms.
const (
	AlarmNone  WorkstationAlarm = ""
	AlarmDrift WorkstationAlarm = "drift" // the machine changed too much
	AlarmClone WorkstationAlarm = "clone" // the same key on two machines
)

// WorkstationAct is what an administrator does to a workstation.
type WorkstationAct string

// The acts.
const (
	ActApprove WorkstationAct = "approve"
	ActSuspend WorkstationAct = "suspend"
	ActRevoke  WorkstationAct = "revoke"
	ActChange  WorkstationAct = "change" // of what the register says about it
)

// After returns the state after the act, or a refusal: revocation is final.
func (s WorkstationState) After(act WorkstationAct) (WorkstationState, error) {
	switch {
	case act == ActApprove && (s == WorkstationPending || s == WorkstationSuspended || s == WorkstationAuthorised):
		return WorkstationAuthorised, nil
	case act == ActSuspend && (s == WorkstationPending || s == WorkstationAuthorised):
		return WorkstationSuspended, nil
	case act == ActRevoke && s != WorkstationRevoked:
		return WorkstationRevoked, nil
	case act == ActChange && (s == WorkstationAuthorised || s == WorkstationSuspended):
		return s, nil
	}
	return s, E(CodeWorkstationTransition, "state", string(s), "act", string(act))
}

// refusal is the refusal that a workstation or key in the state meets, whoever
// uses it: pending ones serve those whose profile lets them.
func (s WorkstationState) refusal() error {
	switch s {
	case WorkstationAuthorised, WorkstationPending:
		return nil
	case WorkstationSuspended:
		return E(CodeWorkstationSuspended)
	}
	return E(CodeWorkstationRevoked)
}

// MayServe says why nobody may use the workstation through a key in the state
// on the day, given in the zone of the body; nil where somebody may.
func (w Workstation) MayServe(key WorkstationState, today Day) error {
	if w.Alarm == AlarmClone && w.State == WorkstationSuspended {
		return E(CodeWorkstationCloned)
	}
	if err := w.State.refusal(); err != nil {
		return err
	}
	if w.Expired(today) {
		return E(CodeWorkstationExpired)
	}
	return key.refusal()
}

// Expired reports whether the workstation no longer works on the day.
func (w Workstation) Expired(today Day) bool { return w.Expires != nil && today > *w.Expires }

// Fingerprint is the set of salted digests of a machine's components: name of
// the component to HMAC-SHA256 of its value, in hexadecimal. A component that
// the machine does not tell is absent.
type Fingerprint map[string]string

// FingerprintWeights says how much each component speaks for a machine; they
// add up to 100.
var FingerprintWeights = map[string]int{
	"machine_id": 40, // Windows MachineGuid, /etc/machine-id
	"smbios":     25, // SMBIOS system UUID, or board and product where it cannot be read
	"disk":       15, // serial number of the system disk
	"board":      10, // board and processor model
	"network":    5,  // addresses of the built-in adapters
	"system":     5,  // operating system and domain
}

// Limits of the resemblance of two fingerprints, in hundredths.
const (
	FingerprintSame  = 70 // from here on it is the same machine; small drift
	FingerprintClone = 40 // below, another machine altogether
)

// Resemblance is how much of the known fingerprint f the presented one agrees
// with, in hundredths of the weight of what f tells: a component that is no
// longer told counts as changed, so that silence is no disguise.
func (f Fingerprint) Resemblance(presented Fingerprint) int {
	agree, told := 0, 0
	for part, weight := range FingerprintWeights {
		known := f[part]
		if known == "" {
			continue
		}
		told += weight
		if known == presented[part] {
			agree += weight
		}
	}
	if told == 0 {
		return 0
	}
	return agree * 100 / told
}
