package anpr

import "slices"

// Service is the code of an ANPR e-service (casoUso), as in "C020".
type Service string

// The e-services of family E002 on PDND.
const (
	C001 Service = "C001" // notifica
	C002 Service = "C002" // comunicazione
	C003 Service = "C003" // verifica generalità
	C004 Service = "C004" // verifica decesso
	C005 Service = "C005" // verifica matrimonio
	C006 Service = "C006" // verifica cittadinanza
	C007 Service = "C007" // verifica esistenza in vita
	C008 Service = "C008" // verifica residenza
	C009 Service = "C009" // verifica stato di famiglia
	C010 Service = "C010" // verifica stato libero
	C011 Service = "C011" // verifica vedovanza
	C012 Service = "C012" // verifica paternità
	C013 Service = "C013" // verifica maternità
	C014 Service = "C014" // verifica unione civile
	C015 Service = "C015" // generalità
	C016 Service = "C016" // decesso
	C017 Service = "C017" // matrimonio
	C018 Service = "C018" // cittadinanza
	C019 Service = "C019" // esistenza in vita
	C020 Service = "C020" // residenza
	C021 Service = "C021" // stato di famiglia
	C022 Service = "C022" // stato libero
	C023 Service = "C023" // vedovanza
	C024 Service = "C024" // paternità
	C025 Service = "C025" // maternità
	C026 Service = "C026" // unione civile
	C029 Service = "C029" // dati anagrafici
	C030 Service = "C030" // identificativo unico nazionale
	C031 Service = "C031" // verifica identificativo unico nazionale
	C032 Service = "C032" // posizione elettorale
	C033 Service = "C033" // residenza senza decesso
	C034 Service = "C034" // genitorialità
)

// services is every code above; C027 and C028 do not exist in the catalogue.
var services = []Service{
	C001, C002, C003, C004, C005, C006, C007, C008, C009, C010, C011, C012, C013, C014, C015, C016, C017,
	C018, C019, C020, C021, C022, C023, C024, C025, C026, C029, C030, C031, C032, C033, C034,
}

// Services lists the known e-services in the order of their codes.
func Services() []Service { return slices.Clone(services) }

// Known reports whether the code is one of the catalogue.
func (s Service) Known() bool { return slices.Contains(services, s) }

// Verifies reports whether the e-service compares declared data, answering
// only yes or no, and so takes the group "verifica" (C003 to C014 and C031;
// for C007 the group is absent).
func (s Service) Verifies() bool { return s >= C003 && s <= C014 || s == C031 }

// Many reports whether more than one subject is a normal answer of the
// e-service (the members of a family, the minors of a parent). For every other
// one, more subjects mean a duplicated position.
func (s Service) Many() bool { return s == C021 || s == C034 }

// ByID reports whether the e-service can be asked by idANPR: all but C030,
// which gives it.
func (s Service) ByID() bool { return s != C030 }
