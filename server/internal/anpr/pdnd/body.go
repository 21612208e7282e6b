package pdnd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"indagor/server/internal/anpr"
)

// The body of a request (RichiestaE002). Empty fields are left out: null is
// refused by the gateway (code 1021) and empty strings were seen to fail.
type requestBody struct {
	OperationID string          `json:"idOperazioneClient"`
	Criteria    criteria        `json:"criteriRicerca"`
	Verify      json.RawMessage `json:"verifica,omitempty"`
	Data        requestData     `json:"datiRichiesta"`
}

type requestData struct {
	ReferenceDate string `json:"dataRiferimentoRichiesta"`
	Motive        string `json:"motivoRichiesta"`
	UseCase       string `json:"casoUso"`
}

type criteria struct {
	FiscalCode string `json:"codiceFiscale,omitempty"`
	IDANPR     string `json:"idANPR,omitempty"`
	Surname    string `json:"cognome,omitempty"`
	NoSurname  string `json:"senzaCognome,omitempty"`
	Name       string `json:"nome,omitempty"`
	NoName     string `json:"senzaNome,omitempty"`
	Sex        string `json:"sesso,omitempty"`
	Birth      *birth `json:"datiNascita,omitempty"`
}

type birth struct {
	Date       string     `json:"dataEvento"`
	NoDay      string     `json:"senzaGiorno,omitempty"`
	NoDayMonth string     `json:"senzaGiornoMese,omitempty"`
	Place      birthPlace `json:"luogoNascita"`
}

type birthPlace struct {
	Comune   *comune   `json:"comune,omitempty"`
	Locality *locality `json:"localita,omitempty"`
}

type comune struct {
	Name     string `json:"nomeComune,omitempty"`
	ISTAT    string `json:"codiceIstat,omitempty"`
	Province string `json:"siglaProvinciaIstat,omitempty"`
}

type locality struct {
	Name      string `json:"descrizioneLocalita,omitempty"`
	State     string `json:"descrizioneStato,omitempty"`
	StateCode string `json:"codiceStato,omitempty"`
}

// absent is the value of the flags senzaCognome, senzaGiorno and so on.
const absent = "1"

// marshal gives the body of a checked request, once: these bytes are hashed
// and sent.
func marshal(r anpr.Request, operationID string) ([]byte, error) {
	body := requestBody{
		OperationID: operationID,
		Criteria:    newCriteria(r.Criteria),
		Verify:      r.Verify,
		Data: requestData{
			ReferenceDate: r.ReferenceDate.Format("2006-01-02"),
			Motive:        anpr.Motive(r.Motive),
			UseCase:       string(r.Service),
		},
	}
	var b bytes.Buffer
	b.Grow(512)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("pdnd: body: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func newCriteria(c anpr.Criteria) criteria {
	out := criteria{FiscalCode: c.FiscalCode, IDANPR: c.IDANPR}
	i := c.Identity
	if i == nil {
		return out
	}
	out.Surname, out.Name, out.Sex = strings.TrimSpace(i.Surname), strings.TrimSpace(i.Name), i.Sex
	if out.Surname == "" {
		out.NoSurname = absent
	}
	if out.Name == "" {
		out.NoName = absent
	}
	out.Birth = newBirth(i.Birth, i.Place)
	return out
}

// newBirth writes an unknown day as the first of the month, an unknown month
// as January, each with its flag (tipoDato.xsd).
func newBirth(d anpr.Date, p anpr.Place) *birth {
	b := &birth{}
	switch {
	case d.Month == 0:
		b.NoDayMonth = absent
	case d.Day == 0:
		b.NoDay = absent
	}
	b.Date = fmt.Sprintf("%04d-%02d-%02d", d.Year, max(d.Month, 1), max(d.Day, 1))
	if c := p.Comune; c != nil {
		b.Place.Comune = &comune{
			Name: strings.TrimSpace(c.Name), ISTAT: strings.TrimSpace(c.ISTAT), Province: strings.TrimSpace(c.Province),
		}
	}
	if f := p.Foreign; f != nil {
		b.Place.Locality = &locality{
			Name: strings.TrimSpace(f.Locality), State: strings.TrimSpace(f.State), StateCode: strings.TrimSpace(f.StateCode),
		}
	}
	return b
}
