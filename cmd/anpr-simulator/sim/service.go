package sim

import "strings"

// Groups of datiSoggetto that an e-service may fill.
type group uint16

const (
	groupGeneralita group = 1 << iota
	groupStatoCivile
	groupResidenza
	groupCittadinanza
	groupLegame
	groupMatrimonio
	groupVedovanza
	groupAnnullamento
	groupUnione
	groupPaternita
	groupMaternita
	groupDecesso
	groupIdentificativi
	groupInVita      // infoSoggettoEnte 1003
	groupDataDecesso // infoSoggettoEnte 1015
)

const basic = groupGeneralita | groupIdentificativi

// service is one ANPR e-service as published on PDND.
type service struct {
	code    string // caso d'uso, "C020"
	segment string // path segment, "C020-servizioAccertamentoResidenza"
	groups  group  // what datiSoggetto carries; 0 for the verifications
	check   string // field of verifica that a verification needs; "" for none
}

func (s *service) verification() bool { return s.groups == 0 }

const (
	gatewayPrefix  = "/govway/rest/in/MinInternoPortaANPR-PDND/"
	audiencePrefix = "/govway/rest/in/MinInternoPortaANPR/"
	operationPath  = "anpr-service-e002"
)

// services lists the e-services the simulator knows, with the path segments
// of the PDND catalogue.
var services = []service{
	{code: "C001", segment: "C001-servizioNotifica", groups: basic | groupResidenza | groupInVita},
	{code: "C002", segment: "C002-servizioComunicazione", groups: basic | groupResidenza | groupInVita},
	{code: "C003", segment: "C003-servizioVerificaDichGeneralita", check: "generalita"},
	{code: "C004", segment: "C004-servizioVerificaDichDecesso", check: "datiDecesso"},
	{code: "C005", segment: "C005-servizioVerificaDichMatrimonio", check: "matrimonio"},
	{code: "C006", segment: "C006-servizioVerificaDichCittadinanza", check: "cittadinanza"},
	{code: "C007", segment: "C007-servizioVerificaDichEsistenzaVita"},
	{code: "C008", segment: "C008-servizioVerificaDichResidenza", check: "residenza"},
	{code: "C009", segment: "C009-servizioVerificaDichStatoFamiglia", check: "listaSoggetti"},
	{code: "C010", segment: "C010-servizioVerificaDichStatoLibero", check: "statoCivile"},
	{code: "C011", segment: "C011-servizioVerificaDichVedovanza", check: "vedovanza"},
	{code: "C012", segment: "C012-servizioVerificaDichPaternita", check: "paternita"},
	{code: "C013", segment: "C013-servizioVerificaDichMaternita", check: "maternita"},
	{code: "C014", segment: "C014-servizioVerificaDichUnioneCivile", check: "unioneCivile"},
	{code: "C015", segment: "C015-servizioAccertamentoGeneralita", groups: basic | groupStatoCivile | groupDataDecesso},
	{code: "C016", segment: "C016-servizioAccertamentoDichDecesso", groups: basic | groupDecesso | groupDataDecesso},
	{code: "C017", segment: "C017-servizioAccertamentoMatrimonio", groups: basic | groupStatoCivile | groupMatrimonio | groupVedovanza | groupAnnullamento | groupDataDecesso},
	{code: "C018", segment: "C018-servizioAccertamentoCittadinanza", groups: basic | groupCittadinanza | groupDataDecesso},
	{code: "C019", segment: "C019-servizioAccertamentoEsistenzaVita", groups: basic | groupInVita | groupDataDecesso},
	{code: "C020", segment: "C020-servizioAccertamentoResidenza", groups: basic | groupResidenza | groupDataDecesso},
	{code: "C021", segment: "C021-servizioAccertamentoStatoFamiglia", groups: basic | groupLegame | groupDataDecesso},
	{code: "C022", segment: "C022-servizioAccertamentoStatoLibero", groups: basic | groupStatoCivile | groupDataDecesso},
	{code: "C023", segment: "C023-servizioAccertamentoVedovanza", groups: basic | groupStatoCivile | groupVedovanza | groupDataDecesso},
	{code: "C024", segment: "C024-servizioAccertamentoPaternita", groups: basic | groupPaternita | groupDataDecesso},
	{code: "C025", segment: "C025-servizioAccertamentoMaternita", groups: basic | groupMaternita | groupDataDecesso},
	{code: "C026", segment: "C026-servizioAccertamentoUnioneCivile", groups: basic | groupStatoCivile | groupUnione | groupDataDecesso},
	{code: "C030", segment: "C030-servizioAccertamentoIdUnicoNazionale", groups: groupIdentificativi},
	{code: "C031", segment: "C031-servizioVerificaIdUnicoNazionale", check: "generalita"},
}

func serviceByCode(code string) *service {
	for i := range services {
		if services[i].code == code {
			return &services[i]
		}
	}
	return nil
}

// route finds the e-service and the operation of a request path. The last
// result is false for anything the gateway does not publish.
func route(path string) (svc *service, status bool, ok bool) {
	rest, found := strings.CutPrefix(path, gatewayPrefix)
	if !found {
		return nil, false, false
	}
	segment, rest, found := strings.Cut(rest, "/v1/")
	if !found || (rest != operationPath && rest != "status") {
		return nil, false, false
	}
	for i := range services {
		if services[i].segment == segment {
			return &services[i], rest == "status", true
		}
	}
	return nil, false, false
}

// Services returns the codes of the e-services the simulator answers, in
// order: C001, C002, … C031.
func Services() []string {
	codes := make([]string, len(services))
	for i := range services {
		codes[i] = services[i].code
	}
	return codes
}

// Path returns the URL path of an e-service's operation ("C020" gives
// "/govway/rest/in/MinInternoPortaANPR-PDND/C020-…/v1/anpr-service-e002"), or
// "" for a code that is not in Services.
func Path(code string) string {
	s := serviceByCode(code)
	if s == nil {
		return ""
	}
	return gatewayPrefix + s.segment + "/v1/" + operationPath
}

// StatusPath returns the URL path of an e-service's health check, or "".
func StatusPath(code string) string {
	s := serviceByCode(code)
	if s == nil {
		return ""
	}
	return gatewayPrefix + s.segment + "/v1/status"
}

// Audience returns the aud of an e-service under the given host part
// ("https://modipa-val.anpr.interno.it"). As in the catalogue it has neither
// the "-PDND" of the URL nor the operation.
func Audience(host, code string) string {
	s := serviceByCode(code)
	if s == nil {
		return ""
	}
	return host + audiencePrefix + s.segment + "/v1"
}
