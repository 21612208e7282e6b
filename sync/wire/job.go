package wire

import (
	"time"

	"indagor/app"
)

// The operations of the services on lists.
var (
	CreateJob = Endpoint[CreateJobInput, JobOutput]{
		ID: "create-job", Method: "POST", Path: "/v1/jobs", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "A job for a list that is about to be sent. The same Idempotency-Key makes it once",
	}
	SendJobPiece = Endpoint[JobPieceInput, JobOutput]{
		ID: "send-job-piece", Method: "PUT", Path: "/v1/jobs/{id}/list", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "The next piece of a job's list (CSV, text or XLSX). With the last one the list is read; nothing is asked yet",
	}
	ListJobs = Endpoint[JobsInput, JobsOutput]{
		ID: "list-jobs", Method: "POST", Path: "/v1/jobs/search", Access: AccessUser,
		Permission: app.PermArchive, Summary: "One's own jobs, newest first",
	}
	GetJob = Endpoint[GetJobInput, JobOutput]{
		ID: "get-job", Method: "GET", Path: "/v1/jobs/{id}", Access: AccessUser, Slow: true,
		Permission: app.PermArchive, Summary: "One of one's own jobs with its counts, plan or progress; with wait, as soon as it has another state than the one seen",
	}
	ListJobRows = Endpoint[JobRowsInput, JobRowsOutput]{
		ID: "list-job-rows", Method: "GET", Path: "/v1/jobs/{id}/rows", Access: AccessUser,
		Permission: app.PermArchive, Summary: "Rows of a job's list with what there is to say about them",
	}
	ReadJob = Endpoint[ReadJobInput, JobOutput]{
		ID: "read-job", Method: "POST", Path: "/v1/jobs/{id}/read", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "Read the list again, with the meaning of its columns told",
	}
	CorrectJobRow = Endpoint[CorrectJobRowInput, JobRowOutput]{
		ID: "correct-job-row", Method: "PUT", Path: "/v1/jobs/{id}/rows/{number}", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "Correct a row before the start, or leave it out",
	}
	PlanJob = Endpoint[PlanJobInput, JobPlanOutput]{
		ID: "plan-job", Method: "POST", Path: "/v1/jobs/{id}/plan", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "How many calls the chosen columns need, and how long they take",
	}
	StartJob = Endpoint[StartJobInput, JobOutput]{
		ID: "start-job", Method: "POST", Path: "/v1/jobs/{id}/start", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "Begin to ask ANPR about the rows",
	}
	PauseJob = Endpoint[IDInput, JobOutput]{
		ID: "pause-job", Method: "POST", Path: "/v1/jobs/{id}/pause", Access: AccessUser, Slow: true,
		Permission: app.PermUseServices, Summary: "Ask nothing more for now",
	}
	ResumeJob = Endpoint[IDInput, JobOutput]{
		ID: "resume-job", Method: "POST", Path: "/v1/jobs/{id}/resume", Access: AccessUser, Slow: true,
		Permission: app.PermUseServices, Summary: "Go on with a paused job",
	}
	StopJob = Endpoint[IDInput, JobOutput]{
		ID: "stop-job", Method: "POST", Path: "/v1/jobs/{id}/stop", Access: AccessUser, Slow: true,
		Permission: app.PermUseServices, Summary: "Give a job up; what was found so far stays",
	}
	RetryJob = Endpoint[IDInput, JobOutput]{
		ID: "retry-job", Method: "POST", Path: "/v1/jobs/{id}/retry", Access: AccessUser, Slow: true,
		Permission: app.PermUseServices, Summary: "Ask again about the rows that failed or were given up",
	}
	RepeatJob = Endpoint[RepeatJobInput, JobOutput]{
		ID: "repeat-job", Method: "POST", Path: "/v1/jobs/{id}/repeat", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "A new job that asks the same list again, and tells which rows have changed",
	}
	DeleteJob = Endpoint[IDInput, None]{
		ID: "delete-job", Method: "DELETE", Path: "/v1/jobs/{id}", Access: AccessUser,
		Permission: app.PermUseServices, Summary: "Remove a job with its list and results",
	}
	GetJobResult = Endpoint[JobResultInput, Download]{
		ID: "get-job-result", Method: "GET", Path: "/v1/jobs/{id}/result", Access: AccessUser,
		Permission: app.PermArchive, Summary: "The result so far: the columns of the list as they came, what was found, an outcome for each row",
	}
)

// CreateJobInput announces a list.
type CreateJobInput struct {
	Key  string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100"`
	Body JobDraft
}

// JobDraft is a list that is about to be sent.
type JobDraft struct {
	Service app.Service `json:"service" enum:"enrichment,household"`
	Name    string      `json:"name" minLength:"1" maxLength:"200" doc:"Name of the file"`
	Size    int64       `json:"size" minimum:"0" doc:"Bytes"`
}

// JobPieceInput is a piece of a list.
type JobPieceInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body JobPiece
}

// JobPieceMost is the most bytes of one piece.
const JobPieceMost = 256 << 10

// JobPiece is a piece of a list. A piece that has come before does no harm.
type JobPiece struct {
	At      int64  `json:"at" minimum:"0" doc:"The byte of the list with which it begins"`
	Content []byte `json:"content" doc:"At most 262,144 bytes"`
}

// JobsInput filters one's own jobs. The filter is a body, as of the archive, so
// that no fiscal code stands in an address that a proxy may write down.
type JobsInput struct{ Body JobQuery }

// JobQuery filters jobs; what is absent does not filter. A page may be shorter
// than asked, even empty, and not the last: that has no next.
type JobQuery struct {
	Service app.Service  `json:"service,omitempty" enum:"enrichment,household"`
	Person  string       `json:"person,omitempty" maxLength:"120" doc:"A person of the list, by fiscal code or ANPR id, as the list gave them or the register told them; of households also every member that was met"`
	Text    string       `json:"text,omitempty" maxLength:"120" doc:"Part of the name of the file, or of the file reference"`
	State   app.JobState `json:"state,omitempty" enum:"uploading,reading,rejected,ready,running,paused,done,stopped"`
	Outcome app.Outcome  `json:"outcome,omitempty" maxLength:"40" doc:"Only lists of which at least one row has it"`
	Purpose app.ID       `json:"purpose,omitempty" maxLength:"26"`
	From    app.Day      `json:"from,omitempty" maxLength:"10" doc:"First day on which the list was sent, in the zone of the body"`
	Until   app.Day      `json:"until,omitempty" maxLength:"10" doc:"Last day"`
	Limit   int          `json:"limit,omitempty" minimum:"1" maximum:"100" default:"50"`
	Cursor  string       `json:"cursor,omitempty" maxLength:"400" doc:"next of the page before"`
}

// JobsOutput is a page of jobs.
type JobsOutput struct{ Body List[Job] }

// GetJobInput names a job.
type GetJobInput struct {
	ID   app.ID       `path:"id" maxLength:"26"`
	Wait int          `query:"wait" minimum:"0" maximum:"55"`
	Seen app.JobState `query:"seen" maxLength:"20" doc:"The state already seen"`
}

// JobOutput is one job.
type JobOutput struct{ Body Job }

// Job is a job on a list.
type Job struct {
	ID       app.ID            `json:"id"`
	Service  app.Service       `json:"service"`
	State    app.JobState      `json:"state"`
	Name     string            `json:"name"`
	Size     int64             `json:"size"`
	Received int64             `json:"received"`
	Code     app.Code          `json:"code,omitempty" doc:"Why it was rejected, or paused by the server, or could not be read as was told"`
	Params   map[string]string `json:"params,omitempty"`

	Format  *JobFormat `json:"format,omitempty" doc:"Of a text, once it has been read"`
	Header  []string   `json:"header" nullable:"false"`
	Columns int        `json:"columns"`
	Mapping []string   `json:"mapping" nullable:"false" doc:"What each column means: fiscal_code, id_anpr, surname, name, sex, birth, place, province, or nothing"`

	Purpose       app.ID     `json:"purpose,omitempty"`
	PurposeName   string     `json:"purpose_name,omitempty"`
	FileReference string     `json:"file_reference,omitempty"`
	ReferenceDate app.Day    `json:"reference_date,omitempty"`
	Fields        []string   `json:"fields" nullable:"false"`
	Repeats       app.ID     `json:"repeats,omitempty"`
	Mediator      string     `json:"mediator,omitempty"`
	Created       time.Time  `json:"created"`
	Started       *time.Time `json:"started,omitempty"`
	Ended         *time.Time `json:"ended,omitempty"`

	Counts   app.JobCounts `json:"counts"`
	Plan     *JobPlan      `json:"plan,omitempty"`
	Progress *JobProgress  `json:"progress,omitempty"`
}

// JobFormat is how a text is written.
type JobFormat struct {
	Encoding  string `json:"encoding"`
	Separator string `json:"separator"`
	Header    bool   `json:"header"`
}

// JobPlan is what a job would ask.
type JobPlan struct {
	Services []JobNeed  `json:"services" nullable:"false"`
	Calls    int        `json:"calls" doc:"At most"`
	Seconds  int        `json:"seconds" doc:"Of asking"`
	End      *time.Time `json:"end,omitempty" doc:"With the nights, and the days of which the quota is spent"`
}

// JobNeed is what a job needs of one e-service.
type JobNeed struct {
	Service   string  `json:"service"`
	Calls     int     `json:"calls"`
	Remaining *int    `json:"remaining,omitempty" doc:"What is left today of the quota for jobs, about"`
	Limit     int     `json:"limit,omitempty"`
	PerSecond float64 `json:"per_second"`
}

// JobProgress is how a running job gets on.
type JobProgress struct {
	Services []JobPace  `json:"services" nullable:"false"`
	Seconds  int        `json:"seconds,omitempty" doc:"To the end, at the present rate"`
	Waits    app.Code   `json:"waits,omitempty" doc:"Why it does not ask now"`
	Until    *time.Time `json:"until,omitempty"`
}

// JobPace is how one e-service gets on.
type JobPace struct {
	Service   string     `json:"service"`
	Done      int        `json:"done"`
	Failed    int        `json:"failed"`
	PerSecond float64    `json:"per_second"`
	Waits     app.Code   `json:"waits,omitempty"`
	Until     *time.Time `json:"until,omitempty"`
}

// JobRowsInput narrows the rows.
type JobRowsInput struct {
	ID         app.ID      `path:"id" maxLength:"26"`
	Grade      string      `query:"grade" enum:"good,doubtful,bad,"`
	Outcome    app.Outcome `query:"outcome" maxLength:"40"`
	Duplicates bool        `query:"duplicates"`
	Changed    bool        `query:"changed"`
	After      int         `query:"after" minimum:"0" doc:"next of the page before"`
	Limit      int         `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

// JobRowsOutput is a page of rows.
type JobRowsOutput struct {
	Body struct {
		Items []JobRow `json:"items" nullable:"false"`
		Next  int      `json:"next,omitempty"`
	}
}

// JobRow is a row of a list.
type JobRow struct {
	Number   int          `json:"number"`
	Line     int          `json:"line" doc:"Of the file, from 1"`
	Cells    []string     `json:"cells" nullable:"false"`
	Was      []string     `json:"was,omitempty" nullable:"false" doc:"The cells as they came, where some were corrected"`
	Grade    string       `json:"grade" enum:"good,doubtful,bad"`
	LeftOut  bool         `json:"left_out,omitempty"`
	First    int          `json:"first,omitempty" doc:"The row that first names the same person"`
	Findings []JobFinding `json:"findings" nullable:"false"`
	Done     bool         `json:"done,omitempty"`
	Outcome  app.Outcome  `json:"outcome,omitempty"`
	Code     app.Code     `json:"code,omitempty"`
	Changed  bool         `json:"changed,omitempty"`
}

// JobFinding is what there is to say about a row.
type JobFinding struct {
	Code        app.Code          `json:"code"`
	Grade       string            `json:"grade" enum:"good,doubtful,bad"`
	Column      int               `json:"column,omitempty" doc:"From 1; the whole row where absent"`
	Params      map[string]string `json:"params,omitempty"`
	Suggestions []string          `json:"suggestions,omitempty" nullable:"false" doc:"What probably was meant in that cell, the likeliest first"`
}

// ReadJobInput says how a list is to be understood.
type ReadJobInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body JobReading
}

// JobReading is how a list is to be understood. Where the list cannot be read
// so, it is read as it was recognised, and the job's code says why.
type JobReading struct {
	Mapping   []string `json:"mapping,omitempty" nullable:"false" maxItems:"1024" doc:"Recognised anew where absent"`
	Separator *string  `json:"separator,omitempty" maxLength:"1" doc:"Of a text; as it is where absent"`
	Header    *bool    `json:"header,omitempty" doc:"Whether the first row names the columns; as it is where absent"`
}

// CorrectJobRowInput corrects a row.
type CorrectJobRowInput struct {
	ID     app.ID `path:"id" maxLength:"26"`
	Number int    `path:"number" minimum:"1"`
	Body   JobCorrection
}

// JobCorrection is what a row should be.
type JobCorrection struct {
	Cells   []string `json:"cells,omitempty" nullable:"false" maxItems:"1024" doc:"As they are where absent"`
	LeftOut bool     `json:"left_out,omitempty" doc:"Nobody is asked about it"`
}

// JobRowOutput is one row.
type JobRowOutput struct{ Body JobRow }

// PlanJobInput chooses columns.
type PlanJobInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body struct {
		Fields []string `json:"fields,omitempty" nullable:"false" maxItems:"50" doc:"Of a rivestizione: the columns to add"`
	}
}

// JobPlanOutput is a plan.
type JobPlanOutput struct{ Body JobPlan }

// StartJobInput starts a job.
type StartJobInput struct {
	ID   app.ID `path:"id" maxLength:"26"`
	Body JobOrder
}

// JobOrder is what the operator states.
type JobOrder struct {
	Purpose       app.ID   `json:"purpose"`
	FileReference string   `json:"file_reference" minLength:"1" maxLength:"120" doc:"Number of the file or protocol that justifies the job"`
	ReferenceDate app.Day  `json:"reference_date,omitempty" doc:"Today where absent"`
	Fields        []string `json:"fields,omitempty" nullable:"false" maxItems:"50" doc:"Of a rivestizione: the columns to add"`
}

// RepeatJobInput names the job to repeat.
type RepeatJobInput struct {
	Key string `header:"Idempotency-Key" required:"true" minLength:"8" maxLength:"100"`
	ID  app.ID `path:"id" maxLength:"26"`
}

// JobResultInput chooses the form of a result.
type JobResultInput struct {
	ID       app.ID `path:"id" maxLength:"26"`
	Format   string `query:"format" enum:"csv,xlsx," doc:"csv where absent"`
	Language string `query:"language" enum:"it,en,de," doc:"Italian where absent"`
	Changed  bool   `query:"changed" doc:"Of a repeated job: only the rows that changed"`
	Copy     bool   `query:"copy" doc:"For the desktop's own encrypted copy: the log tells it from a file that is saved"`
}
