package app

// VisuraType is what a visura asks about a person.
type VisuraType string

// The types of visura.
const (
	VerifyEsistenza    VisuraType = "verifica_esistenza_in_vita"
	VerifyResidenza    VisuraType = "verifica_residenza"
	VerifyCittadinanza VisuraType = "verifica_cittadinanza"
	VerifyStatoCivile  VisuraType = "verifica_stato_civile"
	VerifyGeneralita   VisuraType = "verifica_generalita"
	VerifyDecesso      VisuraType = "verifica_decesso"
	VerifyMatrimonio   VisuraType = "verifica_matrimonio"
	VerifyUnione       VisuraType = "verifica_unione_civile"
	VerifyVedovanza    VisuraType = "verifica_vedovanza"
	VerifyPaternita    VisuraType = "verifica_paternita"
	VerifyMaternita    VisuraType = "verifica_maternita"

	VisuraEsistenza      VisuraType = "esistenza_in_vita"
	VisuraIdentificativo VisuraType = "identificativo"
	VisuraStatoLibero    VisuraType = "stato_libero"
	VisuraGeneralita     VisuraType = "generalita"
	VisuraCittadinanza   VisuraType = "cittadinanza"
	VisuraResidenza      VisuraType = "residenza"
	VisuraStorico        VisuraType = "residenza_storica"
	VisuraFamiglia       VisuraType = "stato_famiglia"
	VisuraMatrimonio     VisuraType = "matrimonio"
	VisuraUnione         VisuraType = "unione_civile"
	VisuraVedovanza      VisuraType = "vedovanza"
	VisuraDecesso        VisuraType = "decesso"
	VisuraPaternita      VisuraType = "paternita"
	VisuraMaternita      VisuraType = "maternita"
	VisuraScheda         VisuraType = "scheda" // several of the others in one request
)

var groupPerson = Group{Title: "card.person", Fields: []Field{
	{"field.surname_name", "generalita", FormatName, ""},
	{"field.fiscal_code", "generalita.codiceFiscale.codFiscale", FormatCode, ""},
	{"field.fiscal_code_validity", "generalita.codiceFiscale.validitaCF", FormatPhrase, "card.fiscal_code_validity"},
	{"field.sex", "generalita.sesso", FormatPhrase, "sex"},
	{"field.birth_date", "generalita.dataNascita", FormatDate, ""},
	{"field.birth_place", "generalita.luogoNascita", FormatPlace, ""},
	{"field.id_anpr", "identificativi.idANPR", FormatCode, ""},
	{"field.death_date", "1015", FormatInfo, ""},
}}

// Candidate is the group of one of several positions for the same person.
var Candidate = Group{Title: "card.candidate", Fields: append([]Field{{"field.id_anpr", "identificativi.idANPR", FormatCode, ""}}, somebody("generalita")...)}

var groupCivilStatus = Group{Title: "card.civil_status", Fields: []Field{
	{"field.civil_status", "statoCivile.statoCivile", FormatTable, "tab01"},
	{"field.notes", "statoCivile.noteStatoCivile", FormatText, ""},
}}

// somebody are the fields of another person, under the path.
func somebody(path string) []Field {
	return []Field{
		{"field.surname_name", path, FormatName, ""},
		{"field.fiscal_code", path + ".codiceFiscale.codFiscale", FormatCode, ""},
		{"field.birth_date", path + ".dataNascita", FormatDate, ""},
		{"field.birth_place", path + ".luogoNascita", FormatPlace, ""},
	}
}

// happened are the fields of an event, under the path.
func happened(path string) []Field {
	return []Field{
		{"field.event_date", path + ".dataEvento", FormatDate, ""},
		{"field.event_place", path + ".luogoEvento", FormatPlace, ""},
		{"field.event_act", path, FormatAct, ""},
	}
}

// verification is the row of a type that answers yes or no.
func verification(t VisuraType, service string, declares ...Declaration) VisuraSpec {
	return VisuraSpec{
		Type: t, Service: service, Verifies: true, ByCode: true, Declares: declares,
		Answer: []Field{{"field." + string(t), "", FormatVerdict, ""}},
	}
}

// somebodyStated are the inputs that name another person.
func somebodyStated(path string) []Declaration {
	return []Declaration{{InputSurname, path + ".cognome", false}, {InputName, path + ".nome", false}}
}

// VisuraSpecs is the table of the types of visura, in the order in which they
// are offered: the smallest answer first.
var VisuraSpecs = []VisuraSpec{
	verification(VerifyEsistenza, "C007"),
	verification(VerifyResidenza, "C008", Declaration{InputComune, "residenza.indirizzo.comune", false}),
	verification(VerifyCittadinanza, "C006", Declaration{InputState, "cittadinanza", false}),
	verification(VerifyStatoCivile, "C010", Declaration{InputCivilStatus, "statoCivile.statoCivile", false}),
	verification(VerifyGeneralita, "C003", somebodyStated("generalita")...),
	verification(VerifyMatrimonio, "C005", append(somebodyStated("matrimonio.coniuge"), Declaration{InputDate, "matrimonio.datiMatrimonio.dataEvento", true})...),
	verification(VerifyUnione, "C014", append(somebodyStated("unioneCivile.unitoCivilmente"), Declaration{InputDate, "unioneCivile.attoUnione.dataEvento", true})...),
	verification(VerifyVedovanza, "C011", Declaration{InputDate, "vedovanza.datiMorteconiuge.dataEvento", false}),
	verification(VerifyDecesso, "C004", Declaration{InputDate, "datiDecesso.dataEvento", false}),
	verification(VerifyPaternita, "C012", somebodyStated("paternita.generalita")...),
	verification(VerifyMaternita, "C013", somebodyStated("maternita.generalita")...),
	{
		Type: VisuraEsistenza, Service: "C019",
		Answer: []Field{{"field.alive", "", FormatAlive, ""}},
		Groups: []Group{groupPerson},
	},
	{
		Type: VisuraIdentificativo, Service: "C030", ByCode: true, Needs: []string{"identificativi.idANPR"},
		Answer: []Field{{"field.id_anpr", "identificativi.idANPR", FormatCode, ""}},
	},
	{
		Type: VisuraStatoLibero, Service: "C022", Needs: []string{"statoCivile"},
		Answer: []Field{{"field.free", "statoCivile", FormatFree, ""}},
		Groups: []Group{groupCivilStatus, groupPerson},
	},
	{
		Type: VisuraGeneralita, Service: "C015",
		Answer: []Field{{"field.surname_name", "generalita", FormatName, ""}},
		Groups: []Group{groupPerson, groupCivilStatus},
	},
	{
		Type: VisuraResidenza, Service: "C020",
		Answer: []Field{{"field.address", "residenza", FormatAddress, ""}},
		Groups: []Group{groupResidence, groupPerson},
	},
	{
		Type: VisuraStorico, Service: "C020", History: true,
		Groups: []Group{groupResidence},
	},
	{
		Type: VisuraCittadinanza, Service: "C018",
		Answer: []Field{{"field.citizenship", "cittadinanza", FormatStates, ""}},
		Groups: []Group{{Title: "card.citizenship", Each: "cittadinanza", Fields: []Field{
			{"field.state", "descrizioneStato", FormatText, ""},
			{"field.valid_since", "dataValidita", FormatDate, ""},
			{"field.notes", "noteStato", FormatText, ""},
		}}, groupPerson},
	},
	{
		Type: VisuraFamiglia, Service: "C021", Members: true,
		Answer: []Field{{"field.members", "", FormatCount, ""}},
		Groups: []Group{{Title: "card.member", Fields: []Field{
			{"field.bond", "legameSoggetto", FormatBond, ""},
			{"field.surname_name", "generalita", FormatName, ""},
			{"field.fiscal_code", "generalita.codiceFiscale.codFiscale", FormatCode, ""},
			{"field.birth_date", "generalita.dataNascita", FormatDate, ""},
			{"field.birth_place", "generalita.luogoNascita", FormatPlace, ""},
			{"field.member_since", "legameSoggetto.dataDecorrenza", FormatDate, ""},
			{"field.id_anpr", "identificativi.idANPR", FormatCode, ""},
			{"field.death_date", "1015", FormatInfo, ""},
		}}},
	},
	{
		Type: VisuraMatrimonio, Service: "C017", Needs: []string{"matrimonio"},
		Answer: []Field{{"field.spouse", "matrimonio.coniuge", FormatName, ""}, {"field.marriage_date", "matrimonio.datiMatrimonio.dataEvento", FormatDate, ""}},
		Groups: []Group{
			groupCivilStatus,
			{Title: "card.spouse", Fields: somebody("matrimonio.coniuge")},
			{Title: "card.marriage", Fields: happened("matrimonio.datiMatrimonio")},
			{Title: "card.widowhood", Fields: happened("vedovanza.datiMorteconiuge")},
			{Title: "card.marriage_end", Fields: []Field{
				{"field.end_kind", "annullamentoMatrimonio.tipoCessazione", FormatTable, "tab31"},
				{"field.judgment", "annullamentoMatrimonio.sentenza", FormatCourt, ""},
				{"field.judgment_valid", "annullamentoMatrimonio.sentenza.dataValidita", FormatDate, ""},
			}},
			groupPerson,
		},
	},
	{
		Type: VisuraUnione, Service: "C026", Needs: []string{"unioneCivile"},
		Answer: []Field{{"field.partner", "unioneCivile.unitoCivilmente", FormatName, ""}, {"field.union_date", "unioneCivile.attoUnione.dataEvento", FormatDate, ""}},
		Groups: []Group{
			groupCivilStatus,
			{Title: "card.partner", Fields: somebody("unioneCivile.unitoCivilmente")},
			{Title: "card.union", Fields: happened("unioneCivile.attoUnione")},
			{Title: "card.union_end", Fields: append([]Field{
				{"field.end_kind", "unioneCivile.scioglimentoUnione.motivoScioglimento", FormatTable, "tab43"},
				{"field.judgment", "unioneCivile.scioglimentoUnione.sentenza", FormatCourt, ""},
			}, happened("unioneCivile.scioglimentoUnione.datiEvento")...)},
			groupPerson,
		},
	},
	{
		Type: VisuraVedovanza, Service: "C023", Needs: []string{"vedovanza"},
		Answer: []Field{{"field.widow_since", "vedovanza.datiMorteconiuge.dataEvento", FormatDate, ""}},
		Groups: []Group{groupCivilStatus, {Title: "card.widowhood", Fields: happened("vedovanza.datiMorteconiuge")}, groupPerson},
	},
	{
		Type: VisuraDecesso, Service: "C016", Needs: []string{"datiDecesso", "info:1015"},
		Answer: []Field{{"field.death_date", "", FormatDeath, ""}},
		Groups: []Group{{Title: "card.death", Fields: happened("datiDecesso")}, groupPerson},
	},
	{
		Type: VisuraPaternita, Service: "C024", Needs: []string{"paternita"},
		Answer: []Field{{"field.father", "paternita.generalita", FormatName, ""}},
		Groups: []Group{{Title: "card.father", Fields: append(somebody("paternita.generalita"), Field{"field.civil_status", "paternita.statoCivile.statoCivile", FormatTable, "tab01"})}, groupPerson},
	},
	{
		Type: VisuraMaternita, Service: "C025", Needs: []string{"maternita"},
		Answer: []Field{{"field.mother", "maternita.generalita", FormatName, ""}},
		Groups: []Group{{Title: "card.mother", Fields: append(somebody("maternita.generalita"), Field{"field.civil_status", "maternita.statoCivile.statoCivile", FormatTable, "tab01"})}, groupPerson},
	},
	{Type: VisuraScheda},
}

var groupResidence = Group{Title: "card.residence", Each: "residenza", Fields: []Field{
	{"field.address_kind", "tipoIndirizzo", FormatTable, "tab25"},
	{"field.address", "", FormatAddress, ""},
	{"field.residence_since", "dataDecorrenzaResidenza", FormatDate, ""},
	{"field.care_of", "presso", FormatText, ""},
	{"field.consulate", "localitaEstera.consolato.descrizioneConsolato", FormatText, ""},
	{"field.notes", "noteIndirizzo", FormatText, ""},
}}

// SchedaParts are the types of which a scheda is made where none are named, as
// far as they are assigned; the last of them as the civil status says.
var SchedaParts = []VisuraType{VisuraGeneralita, VisuraResidenza, VisuraCittadinanza, VisuraFamiglia}

// SchedaByStatus is the type that tells more about a civil status (code of
// tab01; dossier, README §2).
var SchedaByStatus = map[string]VisuraType{
	"2": VisuraMatrimonio, "3": VisuraVedovanza, "4": VisuraMatrimonio, "6": VisuraUnione, "7": VisuraUnione, "8": VisuraUnione,
}

// FreeStatus are the civil statuses of those who are free to marry.
var FreeStatus = []string{"1", "3", "4", "7", "8"}

// Partable reports whether the type can be a part of a scheda.
func (s VisuraSpec) Partable() bool {
	return s.Service != "" && !s.Verifies && !s.ByCode && !s.History
}

// Spec returns the row of the type.
func (t VisuraType) Spec() (VisuraSpec, bool) {
	for _, s := range VisuraSpecs {
		if s.Type == t {
			return s, true
		}
	}
	return VisuraSpec{}, false
}
