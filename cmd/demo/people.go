package main

import (
	"indagor/app"
)

// department is one of the body's, with the purposes that it declared when it
// subscribed to the e-services.
type department struct {
	key      string
	name     string
	offices  []string
	purposes []purpose
}

type purpose struct{ name, basis string }

var departments = []department{
	{"anagrafe", "Anagrafe e demografici", []string{"Anagrafe", "Stato civile", "Elettorale"}, []purpose{
		{"Verifica di dichiarazioni sostitutive", "DPR 28 dicembre 2000, n. 445, artt. 43 e 71"},
		{"Accertamenti anagrafici", "DPR 30 maggio 1989, n. 223, art. 19"},
	}},
	{"tributi", "Tributi", []string{"IMU", "TARI", "Riscossione"}, []purpose{
		{"Accertamento dell'IMU", "Legge 27 dicembre 2019, n. 160, art. 1, commi 738-783"},
		{"Accertamento della TARI", "Legge 27 dicembre 2013, n. 147, art. 1, commi 641-668"},
		{"Notifica di atti tributari", "DPR 29 settembre 1973, n. 600, art. 60"},
	}},
	{"polizia", "Polizia locale", []string{"Comando", "Ufficio verbali"}, []purpose{
		{"Notificazione di verbali", "D.Lgs. 30 aprile 1992, n. 285, art. 201"},
		{"Polizia giudiziaria", "Legge 7 marzo 1986, n. 65, art. 5"},
	}},
	{"sociali", "Servizi sociali", []string{"Segretariato sociale", "Casa"}, []purpose{
		{"Prestazioni sociali agevolate", "DPCM 5 dicembre 2013, n. 159"},
		{"Assegnazione di alloggi", "Legge regionale 8 agosto 2001, n. 24"},
	}},
}

// The group of Comuni: those of the valley, the own one among them.
const groupName = "Comuni della valle"

var groupComuni = []string{"036011", "036014", "036018", "036024", "036030", "036031", "036032", "036035", "036042", "036043"}

// person is one who has an account in the demonstration. Fiscal codes are
// right by their own rules; but for one they belong to nobody whom the
// simulator knows.
type person struct {
	username   string
	password   string // what it is changed into; "" leaves the one-time secret for the first sign-in
	role       app.Role
	name       string
	surname    string
	fiscalCode string
	department string // its key
	office     string
	operatorID string
	way        app.WayKind
	mediator   string // user name
	types      []app.VisuraType
	scope      app.ScopeKind
	free       bool // works from any workstation that has presented itself
	approval   app.ApprovalRule
	may        string
}

func (p person) email() string { return p.username + "@comune.esempio.example" }

var firstTop = person{
	username: "g.serra", password: "Larice-Turchese-41", role: app.RoleTop, name: "Giulia", surname: "Serra", fiscalCode: "SRRGLI75D52F257W",
	operatorID: "OP-ESEMPIO-0001", may: "approves workstations, administers everybody, watches all but STANDARDPS",
}

// newcomer is the clerk of the journey: he begins with a one-time secret on a
// workstation that nobody has approved yet.
const newcomer = "d.villa"

// newcomersPassword is the password that the newcomer chooses in the journey.
const newcomersPassword = "Castagno-Ambra-58"

// newAdminsPassword is the password that the ADMIN of the journey chooses.
const newAdminsPassword = "Frassino-Opale-76"

var allTypes = []app.VisuraType{app.VisuraEsistenza, app.VisuraGeneralita, app.VisuraResidenza, app.VisuraCittadinanza, app.VisuraFamiglia}

// people are in the order in which they must be registered: an ADMIN before
// those who depend on him.
var people = []person{
	{
		username: "a.ferri", password: "Betulla-Cobalto-27", role: app.RoleAdmin, name: "Anna", surname: "Ferri", fiscalCode: "FRRNNA70C41F257Z",
		department: "anagrafe", operatorID: "OP-ESEMPIO-0101", may: "administers Anagrafe; acts as Mediator",
	},
	{
		username: "m.galli", password: "Quercia-Indaco-63", role: app.RoleAdmin, name: "Marco", surname: "Galli", fiscalCode: "GLLMRC68H10F257W",
		department: "tributi", operatorID: "OP-ESEMPIO-0201", may: "administers Tributi; acts as Mediator",
	},
	{
		username: "l.monti", password: "Faggio-Porpora-35", role: app.RoleAdmin, name: "Luca", surname: "Monti", fiscalCode: "MNTLCU72S15F257C",
		department: "polizia", operatorID: "OP-ESEMPIO-0301", may: "administers Polizia locale, whose officers' requests he does not see",
	},
	{
		username: "s.riva", password: "Ontano-Zaffiro-92", role: app.RoleAdmin, name: "Sara", surname: "Riva", fiscalCode: "RVISRA79L50F257M",
		department: "sociali", operatorID: "OP-ESEMPIO-0401", may: "administers Servizi sociali; acts as Mediator",
	},

	{
		username: "c.bruni", password: "Abete-Corallo-74", role: app.RoleStandard, name: "Chiara", surname: "Bruni", fiscalCode: "BRNCHR88A43F257O",
		department: "anagrafe", office: "Anagrafe", operatorID: "OP-ESEMPIO-0102", way: app.WayOperator, types: allTypes, scope: app.ScopeNational,
		may: "every type, whole country, with her own ANPR operator id",
	},
	{
		username: "p.traslochi", password: "Tiglio-Avorio-16", role: app.RoleStandard, name: "Paolo", surname: "Traslochi", fiscalCode: "TRSPLA93P09F205D",
		department: "tributi", office: "IMU", way: app.WayMediator, mediator: "m.galli", types: []app.VisuraType{app.VisuraEsistenza, app.VisuraGeneralita, app.VisuraResidenza},
		scope: app.ScopeOwn, may: "three types, residents of the own Comune, through m.galli; himself a resident, whose own record is refused",
	},
	{
		username: newcomer, role: app.RoleStandard, name: "Davide", surname: "Villa", fiscalCode: "VLLDVD91T22F257M",
		department: "tributi", office: "TARI", way: app.WayMediator, mediator: "m.galli", types: []app.VisuraType{app.VisuraEsistenza, app.VisuraGeneralita, app.VisuraResidenza, app.VisuraFamiglia},
		scope: app.ScopeOwn, may: "has never signed in: changes the one-time password first; four types, residents of the own Comune",
	},
	{
		username: "e.fabbri", password: "Acero-Bronzo-83", role: app.RoleStandard, name: "Elena", surname: "Fabbri", fiscalCode: "FBBLNE83R57F257D",
		department: "tributi", office: "Riscossione", way: app.WayMediator, mediator: "m.galli", types: []app.VisuraType{app.VisuraEsistenza, app.VisuraResidenza},
		scope: app.ScopeGroup, approval: app.ApprovalRule{Kind: app.ApprovalTacit, Silence: 1},
		may: "existence and residence, residents of the " + groupName + ", through m.galli; what she asks runs by silence after an hour, which lasts 20 s here",
	},
	{
		username: "n.conti", password: "Salice-Granata-29", role: app.RoleStandard, name: "Nadia", surname: "Conti", fiscalCode: "CNTNDA90M66F257O",
		department: "sociali", office: "Segretariato sociale", way: app.WayMediator, mediator: "s.riva", types: []app.VisuraType{app.VisuraResidenza, app.VisuraCittadinanza, app.VisuraFamiglia},
		scope: app.ScopeNational, free: true, approval: app.ApprovalRule{Kind: app.ApprovalManual},
		may: "residence, citizenship, family; whole country; from any workstation that presented itself; TOP approves what she asks",
	},
	{
		username: "r.leoni", password: "Pioppo-Carminio-50", role: app.RoleStandardPS, name: "Roberto", surname: "Leoni", fiscalCode: "LNERRT85B14F257G",
		department: "polizia", office: "Comando", operatorID: "OP-ESEMPIO-0302", way: app.WayOperator, types: allTypes, scope: app.ScopeNational,
		may: "every type, whole country; what he asks is sealed, TOP and ADMIN never see it",
	},
}

// citizen is somebody whom the simulator knows, and what is special about him.
type citizen struct{ fiscalCode, name, special string }

// citizens are those of the simulator's fixed people who show most.
var citizens = []citizen{
	{"BLLNRC78D12A944G", "Bellacqua Enrico", "resident, head of a family of five: residenza, stato di famiglia"},
	{"BLLCHR26P41A944Z", "Bellacqua Chiara", "born on 2026-09-01: not there at an earlier reference date"},
	{"LVSMRC85B17L219J", "Ulivastri Marco", "lives in another Comune: out of scope for a clerk of own residents"},
	{"TRSPLA93P09F205D", "Traslochi Paolo", "in Milano until 2024-08-31; his own record if p.traslochi asks"},
	{"MBRGLI88L48F205S", "Ombrelli Giulia", "resident until 2015, now in Paris (AIRE)"},
	{"VTRLDA41E20A944H", "Vetrani Aldo", "died on 2023-03-14"},
	{"ZJMRDN91C61Z100Q", "Zajmi Ardiana", "Albanian citizen, resident since 2014: cittadinanza"},
	{"BBTTFY80A01Z315H", "Abebetu Tesfaye", "born in 1980, day and month unknown; two citizenships"},
	{"GMLFBA69T03A944L", "Gemellini Fabio", "two positions under one fiscal code"},
	{"CLSRNT70M08F205F", "Eclissi Renato", "cancelled as untraceable: nothing is given"},
	{"RPTNNA75H55H50MJ", "Ripetuti Anna", "an omocode of RPTNNA75H55H501R, who is another person"},
	{"GNTNSN66H06H501X", "Ignotini Nessuno", "a right code that nobody has"},
}
