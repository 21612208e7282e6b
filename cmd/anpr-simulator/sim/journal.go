package sim

import (
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"
)

// Call is what the journal keeps of one call, the refused ones included.
type Call struct {
	Time            time.Time `json:"time"`
	Method          string    `json:"method"`
	Path            string    `json:"path"`
	Service         string    `json:"service,omitempty"` // code, or "token"
	Client          string    `json:"client,omitempty"`
	Purpose         string    `json:"purpose,omitempty"`
	User            string    `json:"userID,omitempty"`
	Location        string    `json:"userLocation,omitempty"`
	LoA             string    `json:"LoA,omitempty"`
	OperationClient string    `json:"idOperazioneClient,omitempty"`
	Repeated        bool      `json:"repeated,omitempty"` // the client used this id before
	KeyKind         string    `json:"keyKind,omitempty"`  // "idANPR", "codiceFiscale" or "generalita"
	Key             string    `json:"key,omitempty"`      // the key itself; the people are synthetic
	ReferenceDate   string    `json:"dataRiferimento,omitempty"`
	Motive          string    `json:"motivo,omitempty"`
	Status          int       `json:"status"`
	Code            string    `json:"code,omitempty"`   // title or code of the error
	Reason          string    `json:"reason,omitempty"` // why it was refused, which the caller is not told
	Subjects        int       `json:"subjects,omitempty"`
	OperationANPR   string    `json:"idOperazioneANPR,omitempty"`
	Transaction     string    `json:"govwayTransactionID,omitempty"`
	VoucherJTI      string    `json:"voucherJTI,omitempty"`
	TrackingJTI     string    `json:"trackingJTI,omitempty"`
	Fault           string    `json:"fault,omitempty"` // kinds, separated by commas
}

// describe copies what the request says about itself.
func (c *Call) describe(r *Request) {
	c.OperationClient = r.Operation
	c.ReferenceDate = r.Data.Reference
	c.Motive = r.Data.Motive
	k := &r.Criteria
	switch {
	case k.IDANPR != "":
		c.KeyKind, c.Key = "idANPR", k.IDANPR
	case k.CF != "":
		c.KeyKind, c.Key = "codiceFiscale", k.CF
	default:
		c.KeyKind = "generalita"
		c.Key = strings.TrimSpace(k.Surname + " " + k.Name)
		if k.Birth != nil {
			c.Key += " " + k.Birth.Date
		}
	}
}

// journal keeps the latest calls and writes all of them out.
type journal struct {
	mu    sync.Mutex
	out   *json.Encoder
	keep  int
	calls []Call // ring
	next  int
}

func newJournal(out io.Writer, keep int) *journal {
	j := &journal{keep: max(keep, 0)}
	if out != nil {
		j.out = json.NewEncoder(out)
		j.out.SetEscapeHTML(false)
	}
	return j
}

func (j *journal) add(c Call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.out != nil {
		// A full disk must not stop the simulator; the memory has the call.
		_ = j.out.Encode(c)
	}
	switch {
	case j.keep == 0:
	case len(j.calls) < j.keep:
		j.calls = append(j.calls, c)
	default:
		j.calls[j.next] = c
		j.next = (j.next + 1) % j.keep
	}
}

// Journal returns the calls received so far, oldest first, the latest
// Config.JournalKeep of them. A call is there once its handler has ended.
func (s *Sim) Journal() []Call {
	j := s.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]Call, 0, len(j.calls))
	out = append(out, j.calls[j.next:]...)
	return append(out, j.calls[:j.next]...)
}
