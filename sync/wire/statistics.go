package wire

import (
	"time"

	"indagor/app"
)

// The operations of statistics.
var (
	GetStatistics = Endpoint[StatisticsInput, StatisticsOutput]{
		ID: "get-statistics", Method: "GET", Path: "/v1/statistics", Access: AccessUser,
		Permission: app.PermStatistics, Summary: "How many requests, by what they have in common, beside the period before",
	}
	ExportStatistics = Endpoint[StatisticsExportInput, Download]{
		ID: "export-statistics", Method: "GET", Path: "/v1/statistics/export", Access: AccessUser,
		Permission: app.PermStatistics, Summary: "The same as a file: XLSX, CSV, or PDF with a chart", Slow: true,
	}
	GetConsumption = Endpoint[None, ConsumptionOutput]{
		ID: "get-consumption", Method: "GET", Path: "/v1/statistics/consumption", Access: AccessUser,
		Permission: app.PermStatistics, Summary: "How much of ANPR's daily quotas the body used, an hour ago, in steps of 5 %; for whoever answers for the whole body",
	}
)

// StatisticsFilter says which requests are counted, and by what.
type StatisticsFilter struct {
	By         app.Dimension  `query:"by" enum:"service,type,outcome,reason,department,user,day,week,month" default:"service"`
	From       app.Day        `query:"from" maxLength:"10" doc:"First day, in the body's time zone"`
	To         app.Day        `query:"until" maxLength:"10" doc:"Last day, itself included"`
	User       app.ID         `query:"user" maxLength:"26"`
	Department app.ID         `query:"department" maxLength:"26" doc:"That the user had when he asked"`
	Service    app.Service    `query:"service" maxLength:"40"`
	Type       app.VisuraType `query:"type" maxLength:"40"`
	Outcome    app.Outcome    `query:"outcome" maxLength:"40"`
	Code       app.Code       `query:"reason" maxLength:"60" doc:"Code of what was refused or failed"`
}

// StatisticsInput asks for statistics.
type StatisticsInput struct {
	StatisticsFilter
	Limit int `query:"limit" minimum:"1" maximum:"2000" default:"500" doc:"Rows at most; what is left out is counted in rest"`
}

// StatisticsExportInput asks for statistics as a file.
type StatisticsExportInput struct {
	StatisticsFilter
	Format   string `query:"format" enum:"csv,xlsx,pdf" default:"xlsx"`
	Language string `query:"language" enum:"it,en,de," doc:"Italian where absent"`
}

// Statistics are counted requests.
type Statistics struct {
	By          app.Dimension   `json:"by"`
	From        app.Day         `json:"from"`
	Until       app.Day         `json:"until"`
	BeforeFrom  app.Day         `json:"before_from" doc:"The period before, of the same length"`
	BeforeUntil app.Day         `json:"before_until"`
	Total       int64           `json:"total"`
	Before      int64           `json:"before" doc:"Total of the period before"`
	Rows        []StatisticsRow `json:"rows" nullable:"false"`
	RestRows    int             `json:"rest_rows,omitempty" doc:"Rows left out because of the limit"`
	Rest        int64           `json:"rest,omitempty" doc:"Requests in them"`
}

// StatisticsRow is how many requests have one thing in common.
type StatisticsRow struct {
	Key    string `json:"key" doc:"A code word, an id, or the first day of the day, week or month"`
	Name   string `json:"name,omitempty" doc:"Of a user or a department"`
	N      int64  `json:"n"`
	Before *int64 `json:"before,omitempty" doc:"In the period before; absent by month"`
}

// StatisticsOutput is statistics.
type StatisticsOutput struct{ Body Statistics }

// Consumption is how much of ANPR's daily quotas the body used. It includes
// everybody, and is therefore rounded and late.
type Consumption struct {
	At       *time.Time           `json:"at,omitempty" doc:"To when it refers; absent where nothing is known yet"`
	Services []ConsumptionService `json:"services" nullable:"false"`
}

// ConsumptionService is the quota of one e-service.
type ConsumptionService struct {
	Service string `json:"service" example:"C020"`
	Percent int    `json:"percent" minimum:"0" maximum:"100" doc:"A multiple of 5"`
}

// ConsumptionOutput is how much of the quotas was used.
type ConsumptionOutput struct{ Body Consumption }
