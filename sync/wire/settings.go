package wire

import (
	"time"

	"indagor/app"
)

// The operations of the body's settings.
var (
	GetSettings = Endpoint[None, SettingsOutput]{
		ID: "get-settings", Method: "GET", Path: "/v1/settings", Access: AccessUser,
		Permission: app.PermSettings, Summary: "What TOP decides while the server runs, and what the server is",
	}
	SaveSettings = Endpoint[SaveSettingsInput, SettingsOutput]{
		ID: "save-settings", Method: "PUT", Path: "/v1/settings", Access: AccessUser,
		Permission: app.PermSettings, Summary: "Replace the settings; works at the next request",
	}
)

// SaveSettingsInput are the settings whole, with the version that was read.
type SaveSettingsInput struct{ Body app.Settings }

// SettingsOutput are the settings in force.
type SettingsOutput struct{ Body SettingsView }

// SettingsView are the settings in force and what the server is.
type SettingsView struct {
	Settings app.Settings `json:"settings"`
	Server   ServerFacts  `json:"server"`
}

// ServerFacts is what the configuration file says, for who may not read it.
type ServerFacts struct {
	Version    string         `json:"version"`
	Started    time.Time      `json:"started"`
	Zone       string         `json:"time_zone"`
	Database   string         `json:"database" enum:"sqlite,postgres"`
	LogOrigin  string         `json:"log_origin" doc:"Name of the log, in the first line of its checkpoints"`
	LogKey     string         `json:"log_key" doc:"Public key that signs the heads of the log"`
	Custodians int            `json:"custodians" doc:"How many custodians hold a key; any two open what is sealed"`
	Mail       MailFacts      `json:"mail"`
	EServices  []EServiceFact `json:"eservices" nullable:"false"`
}

// MailFacts says by which server mail is sent.
type MailFacts struct {
	Server string `json:"server,omitempty" doc:"Absent where none is configured"`
	From   string `json:"from,omitempty"`
	TLS    string `json:"tls,omitempty" enum:"starttls,implicit,none,"`
	SignIn bool   `json:"sign_in" doc:"Whether this server signs in there"`
}

// EServiceFact is an e-service of ANPR that the body may call.
type EServiceFact struct {
	Code  string `json:"code"`
	Limit int    `json:"limit,omitempty" doc:"Requests a day, where ANPR has said it today"`
}
