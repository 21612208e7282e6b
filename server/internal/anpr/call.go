package anpr

import "time"

// Call is the evidence of one HTTP call to an e-service, whatever its end. It
// holds no personal data: the person is known only through the operation ids.
type Call struct {
	Service       Service
	OperationID   string // idOperazioneClient; "" for a status call
	OperationANPR string // idOperazioneANPR; "" when ANPR gave none
	Status        int    // HTTP status; 0 when no answer came

	// Code is the code of the anomaly (KO of ANPR), the title of the problem
	// (gateway), or the app code of what broke when neither answered; "" for
	// a good answer. TitleOrText is the text of the anomaly or the title.
	Code, TitleOrText string

	VoucherID     string // jti of the voucher: the key that the Ministry and PDND see
	TrackingID    string // jti of the tracking evidence
	TransactionID string // GovWay-Transaction-ID
	MessageID     string // GovWay-Message-ID
	PurposeID     string

	Started  time.Time
	Duration time.Duration
	Attempt  int // 1 for the first call of a lookup

	Rate RateLimit
}

// RateLimit is what the X-RateLimit headers of an answer said.
type RateLimit struct {
	Known            bool
	Limit, Remaining int
	Reset            time.Duration // from the answer to the end of the window; 0 if not said
}
