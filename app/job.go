package app

import "time"

// JobState is where a job on a list stands.
type JobState string

// The states of a job.
const (
	JobUploading JobState = "uploading" // its list is arriving
	JobReading   JobState = "reading"   // its list is being read and checked
	JobRejected  JobState = "rejected"  // its list could not be read
	JobReady     JobState = "ready"     // read; it waits for its operator
	JobRunning   JobState = "running"
	JobPaused    JobState = "paused"
	JobDone      JobState = "done"
	JobStopped   JobState = "stopped" // given up by its operator
)

// JobStates lists every state, in the order of a job's life.
var JobStates = []JobState{JobUploading, JobReading, JobRejected, JobReady, JobRunning, JobPaused, JobDone, JobStopped}

// What a row of a list may come to, besides the outcomes of a visura.
const (
	OutcomeDeceased Outcome = "deceased"   // found, and dead at the reference date
	OutcomeWrong    Outcome = "wrong_row"  // not asked: the row tells nobody
	OutcomeLeftOut  Outcome = "left_out"   // not asked: the operator took it out
	OutcomeHotel    Outcome = "convivenza" // lives in an institution, which is no family
)

// JobOutcomes lists what a row may come to, in the order in which a summary
// names them. Each row of a finished job has exactly one.
var JobOutcomes = []Outcome{
	OutcomeFound, OutcomeDeceased, OutcomeHotel, OutcomeNotFound, OutcomeCancelled, OutcomeDuplicate, OutcomeNoData,
	OutcomeOutOfScope, OutcomeWrong, OutcomeLeftOut, OutcomeRefused, OutcomeFailed, OutcomeWithdrawn,
}

// JobField is a column that a rivestizione can add: the e-service that gives it
// and where it stands in its answer.
type JobField struct {
	ID      string
	Service string
	Field   Field
}

// JobFields is the table of the columns, in the order in which they are
// offered and written. "residenza" in a path is the residence that counts.
var JobFields = []JobField{
	{"surname", "C015", Field{"field.surname", "generalita.cognome", FormatText, ""}},
	{"name", "C015", Field{"field.name", "generalita.nome", FormatText, ""}},
	{"sex", "C015", Field{"field.sex", "generalita.sesso", FormatText, ""}},
	{"birth_date", "C015", Field{"field.birth_date", "generalita.dataNascita", FormatDate, ""}},
	{"birth_place", "C015", Field{"field.birth_place", "generalita.luogoNascita", FormatPlace, ""}},
	{"fiscal_code", "C015", Field{"field.fiscal_code", "generalita.codiceFiscale.codFiscale", FormatCode, ""}},
	{"civil_status", "C015", Field{"field.civil_status", "statoCivile.statoCivile", FormatTable, "tab01"}},
	{"address", "C020", Field{"field.address", "residenza", FormatAddress, ""}},
	{"residence_comune", "C020", Field{"field.residence_comune", "residenza.indirizzo", FormatPlace, ""}},
	{"residence_since", "C020", Field{"field.residence_since", "residenza.dataDecorrenzaResidenza", FormatDate, ""}},
	{"citizenship", "C018", Field{"field.citizenship", "cittadinanza", FormatStates, ""}},
	{"alive", "C019", Field{"field.alive", "", FormatAlive, ""}},
	{"death_date", "C019", Field{"field.death_date", "1015", FormatInfo, ""}},
}

// MemberFields are what is told of each member of a household.
var MemberFields = []Field{
	{"field.bond", "legameSoggetto", FormatBond, ""},
	{"field.surname", "generalita.cognome", FormatText, ""},
	{"field.name", "generalita.nome", FormatText, ""},
	{"field.fiscal_code", "generalita.codiceFiscale.codFiscale", FormatCode, ""},
	{"field.sex", "generalita.sesso", FormatText, ""},
	{"field.birth_date", "generalita.dataNascita", FormatDate, ""},
	{"field.birth_place", "generalita.luogoNascita", FormatPlace, ""},
	{"field.member_since", "legameSoggetto.dataDecorrenza", FormatDate, ""},
	{"field.id_anpr", "identificativi.idANPR", FormatCode, ""},
	{"field.death_date", "1015", FormatInfo, ""},
}

// StoredJob is a job as it is kept: what is searched by stands open, the rest
// is sealed.
type StoredJob struct {
	ID          ID
	User        ID
	Idempotency string // the caller's key, under which the same job is made once
	Digest      string // of the request under that key
	Service     Service
	State       JobState
	Purpose     ID // "" until it is started
	Created     time.Time
	Updated     time.Time
	Sealed      []byte
}

// JobFilter narrows one user's jobs.
type JobFilter struct {
	User    ID
	Service Service
	State   JobState
	Outcome Outcome // that at least one row has
	Purpose ID
	Marks   []string // of which a row has one
	Members []string // or one of which was met in a household
	From    time.Time
	Until   time.Time
	Limit   int
	Cursor  string
}

// The grades of rows as they are kept; those of package list, and what became
// of a row by the operator's hand.
const (
	GradeGood     = "good"
	GradeDoubtful = "doubtful"
	GradeBad      = "bad"
)

// StoredJobRow is a row of a job's list as it is kept.
type StoredJobRow struct {
	Job     ID
	Number  int      // from 1
	Grade   string   // good, doubtful, bad
	LeftOut bool     // taken out by the operator
	First   int      // the row that first names the same person; 0: this one
	Key     string   // mark of the person, under which a known ANPR id is found
	Keys    []string // further marks of the person, to be written; not read back
	Known   bool     // the row itself gives the ANPR id
	Done    bool
	Outcome Outcome
	Changed bool   // another answer than in the job that this one repeats
	Input   []byte // sealed
	Result  []byte // sealed; nil until it is done
	Was     []byte // sealed: the answer in the job that this one repeats; nil where there was none
}

// StoredJobCall is one question to one e-service about one row: written before
// it is asked, and again when the answer has come. It goes when the row is
// done; of a row that failed or was withdrawn it stays, so that asking again asks
// only what is missing, and under numbers that were never sent.
type StoredJobCall struct {
	Job      ID
	Number   int
	Service  string
	Answered bool
	Turn     int    // how many times it was about to be asked
	Sealed   []byte // the answer, and the evidence of the calls so far
}

// JobRowFilter narrows the rows of a job's list.
type JobRowFilter struct {
	Job        ID
	Grade      string
	Outcome    Outcome
	Duplicates bool
	Changed    bool
	After      int // the number of the last row of the page before
	Limit      int
}

// JobCounts counts the rows of a job.
type JobCounts struct {
	Rows       int             `json:"rows"`
	Good       int             `json:"good"`
	Doubtful   int             `json:"doubtful"`
	Bad        int             `json:"bad"`
	Duplicates int             `json:"duplicates" doc:"Rows that name a person whom an earlier row names"`
	LeftOut    int             `json:"left_out"`
	Ask        int             `json:"ask" doc:"Rows that are, or were, to be asked about"`
	Done       int             `json:"done" doc:"Of those, the ones that have their outcome"`
	Changed    int             `json:"changed"`
	Outcomes   map[Outcome]int `json:"outcomes" nullable:"false"`
}
