package app

// Department (direzione) is an area of the body; an ADMIN answers for one.
type Department struct {
	ID      ID       `json:"id"`
	Name    string   `json:"name"`
	Offices []string `json:"offices,omitempty" nullable:"false"`
}

// Purpose (finalità) is a reason for which a department's users may consult
// the register, as the body declared it when it subscribed to the e-services.
type Purpose struct {
	ID         ID     `json:"id"`
	Department ID     `json:"department"`
	Name       string `json:"name"`
	LegalBasis string `json:"legal_basis,omitempty"`
}

// Consortium is a group of Comuni, as a territorial scope.
type Consortium struct {
	ID     ID       `json:"id"`
	Name   string   `json:"name"`
	Comuni []string `json:"comuni" nullable:"false" doc:"ISTAT codes"`
}
