package app

// Code names a refusal or a failure. Codes are part of the contract: they are
// never renamed, and every code has a sentence in every catalogue.
type Code string

// Kind says what sort of answer a code is; the contract turns it into an HTTP
// status.
type Kind int

// The kinds of answer.
const (
	KindInternal    Kind = iota // our own fault
	KindInvalid                 // the input cannot be accepted
	KindUnknownUser             // not signed in, or no longer
	KindForbidden               // signed in, but not allowed
	KindNotFound                // no such thing, or none that the caller may see
	KindConflict                // it clashes with what is there
	KindTooMany                 // later
	KindUpstream                // ANPR or PDND did not do its part
	KindUnavailable             // this server cannot do it now
)

// The codes of the product.
const (
	CodeInternal Code = "internal"

	CodeRequired      Code = "required"
	CodeInvalid       Code = "invalid"
	CodeMalformed     Code = "malformed"
	CodeTooLong       Code = "too_long"
	CodeDate          Code = "date"
	CodeDateFuture    Code = "date_future"
	CodeDatePast      Code = "date_past"
	CodeFiscalCode    Code = "fiscal_code"
	CodeFiscalCheck   Code = "fiscal_code_check"
	CodePlaceUnknown  Code = "place_unknown"
	CodeEmail         Code = "email"
	CodePasswordWeak  Code = "password_weak"
	CodePasswordReuse Code = "password_reused"
	CodeIdempotency   Code = "idempotency_mismatch"
	CodePeriodLong    Code = "period_too_long"
	CodeRowsMany      Code = "too_many_rows"
	CodeRange         Code = "out_of_range"
	CodeRangeOrZero   Code = "out_of_range_or_zero"

	CodeProofMissing   Code = "proof_missing"
	CodeProofInvalid   Code = "proof_invalid"
	CodeProofExpired   Code = "proof_expired"
	CodeProofReplayed  Code = "proof_replayed"
	CodeNonceNeeded    Code = "use_dpop_nonce"
	CodeSessionMissing Code = "session_missing"
	CodeSessionEnded   Code = "session_ended"
	CodeSessionTaken   Code = "session_taken_over"
	CodeSessionDropped Code = "session_dropped"
	CodeSessionLive    Code = "session_elsewhere"
	CodeCredentials    Code = "credentials"
	CodeLocked         Code = "locked"
	CodeAccountOff     Code = "account_disabled"
	CodeAccountPeriod  Code = "account_period"
	CodeAccountHours   Code = "account_hours"
	CodeMustChange     Code = "password_change_needed"
	CodeConfirm        Code = "password_confirmation_needed"
	CodeSecretExpired  Code = "one_time_secret_expired"

	CodeWorkstationUnknown    Code = "workstation_unknown"
	CodeWorkstationPending    Code = "workstation_pending"
	CodeWorkstationSuspended  Code = "workstation_suspended"
	CodeWorkstationRevoked    Code = "workstation_revoked"
	CodeWorkstationCloned     Code = "workstation_cloned"
	CodeWorkstationExpired    Code = "workstation_expired"
	CodeWorkstationNotListed  Code = "workstation_not_listed"
	CodeWorkstationTransition Code = "workstation_transition"
	CodeTokenUnknown          Code = "enrolment_token_unknown"
	CodeTokenSpent            Code = "enrolment_token_spent"
	CodeTokenWithdrawn        Code = "enrolment_token_withdrawn"
	CodeProtocol              Code = "protocol_too_old"

	CodeForbidden Code = "forbidden"
	CodeNotFound  Code = "not_found"
	CodeTooMany   Code = "too_many_requests"

	CodeNameTaken        Code = "username_taken"
	CodeFiscalTaken      Code = "fiscal_code_taken"
	CodeEmailTaken       Code = "email_taken"
	CodeTaken            Code = "taken"
	CodeRoleConsole      Code = "role_console_only"
	CodeRoleNoServices   Code = "role_without_services"
	CodeDepartmentAbsent Code = "department_unknown"
	CodeAdminAbsent      Code = "admin_unknown"
	CodeAdminDisabled    Code = "admin_disabled"
	CodeDependants       Code = "has_dependants"
	CodeLastTop          Code = "last_top"
	CodeChanged          Code = "changed_meanwhile"
	CodeUsedByUsers      Code = "used_by_users"
	CodeUsedByStations   Code = "used_by_workstations"
	CodeUsedByPurposes   Code = "used_by_purposes"
	CodeUsedByTokens     Code = "used_by_tokens"
	CodeUsedByPast       Code = "used_by_past"
	CodePlaceCeased      Code = "place_ceased"
	CodeDependantUnfit   Code = "dependant_unfit"
	CodeHere             Code = "assigned_already"
	CodeListedElsewhere  Code = "workstations_elsewhere"
	CodeImportColumns    Code = "import_columns"
	CodeImportTwice      Code = "import_column_twice"
	CodeImportRepeats    Code = "import_repeats"
	CodeImportKnown      Code = "import_known"
	CodeImportProfile    Code = "import_profile"
	CodeImportWord       Code = "import_word"
	CodeImportForeign    Code = "import_foreign"
	CodeImportBare       Code = "import_bare"

	CodeNoticeExpiry  Code = "notice_expired"
	CodeNoticeLong    Code = "notice_too_long_lived"
	CodeNoticeTargets Code = "notice_too_many_targets"
	CodeNoticeNobody  Code = "notice_for_nobody"

	CodeProfileNoService   Code = "profile_no_types"
	CodeProfileMediator    Code = "profile_mediator"
	CodeProfileMediatorOff Code = "profile_mediator_disabled"
	CodeMediatorUnwanted   Code = "mediator_role_excluded"
	CodeMediatorsNeeded    Code = "mediators_needed"
	CodeProfileOperatorID  Code = "profile_operator_id"
	CodeProfileGroup       Code = "profile_group_empty"
	CodeProfileApprovalPS  Code = "profile_approval_ps"
	CodeProfileSilence     Code = "profile_silence"
	CodeProfilePurpose     Code = "profile_purpose"
	CodeProfileWorkstation Code = "profile_workstation"
	CodeProfileListed      Code = "profile_workstation_listed"
	CodeProfilePeriod      Code = "profile_period"
	CodeProfileScopeBulk   Code = "profile_scope_bulk"

	CodeListEmpty     Code = "list_empty"
	CodeListNotText   Code = "list_not_text"
	CodeListBroken    Code = "list_broken"
	CodeListProtected Code = "list_protected"
	CodeListBomb      Code = "list_unpacks"
	CodeListTooBig    Code = "list_too_big"
	CodeListRows      Code = "list_rows"
	CodeListColumns   Code = "list_columns"
	CodeListMapping   Code = "list_mapping"
	CodeListLine      Code = "list_line"
	CodeListCell      Code = "list_cell"
	CodeListQuotes    Code = "list_quotes"
	CodeListRagged    Code = "list_ragged"
	CodeListNull      Code = "list_null"
	CodeListEncoding  Code = "list_encoding"
	CodeListFormula   Code = "list_formula"
	CodeListTidied    Code = "list_tidied"
	CodeListOmocodia  Code = "list_omocodia"
	CodeListNumeric   Code = "list_numeric"
	CodeListNumber    Code = "list_number"
	CodeListLength    Code = "list_length"
	CodeListConfused  Code = "list_confused"
	CodeListPlace     Code = "list_place"
	CodeListAge       Code = "list_age"
	CodeListSwapped   Code = "list_swapped"
	CodeListCentury   Code = "list_century"
	CodeListDisagree  Code = "list_disagree"
	CodeListSex       Code = "list_sex"
	CodeListANPR      Code = "list_id_anpr"
	CodeListDuplicate Code = "list_duplicate"

	CodeListNoRows Code = "list_no_rows"
	CodeJobState   Code = "job_state"
	CodeJobMany    Code = "job_many"
	CodeJobPiece   Code = "job_piece"
	CodeJobHours   Code = "job_hours"
	CodeJobNothing Code = "job_nothing"
	CodeJobGone    Code = "job_gone"
	CodeJobMoved   Code = "job_moved"
	CodeJobNever   Code = "job_never"

	CodeServiceOff  Code = "service_not_enabled"
	CodeTypeOff     Code = "type_not_assigned"
	CodePurposeOff  Code = "purpose_not_allowed"
	CodeOwnRecord   Code = "own_record"
	CodeOutOfScope  Code = "out_of_scope"
	CodeCancelled   Code = "cancelled"
	CodeInterrupted Code = "interrupted"

	CodeSubjectByCode Code = "subject_by_code"
	CodeNoParts       Code = "no_parts"

	CodeApprovalRefused Code = "approval_refused"
	CodeApprovalDecided Code = "approval_decided"
	CodeApprovalStale   Code = "approval_stale"

	CodeMailOff         Code = "mail_not_configured"
	CodeMailUnreachable Code = "mail_unreachable"
	CodeMailTLS         Code = "mail_not_safe"
	CodeMailLogin       Code = "mail_login_refused"
	CodeMailSender      Code = "mail_sender_refused"
	CodeMailRecipient   Code = "mail_recipient_refused"
	CodeMailRefused     Code = "mail_refused"
	CodeMailBusy        Code = "mail_later"
	CodeMailSlow        Code = "mail_slow"
	CodeMailLost        Code = "mail_lost"
	CodeMailState       Code = "mail_state"

	CodeAnprOff       Code = "anpr_not_configured"
	CodeAnprDown      Code = "anpr_unreachable"
	CodeAnprSlow      Code = "anpr_slow"
	CodeAnprQuota     Code = "anpr_quota"
	CodeOwnQuota      Code = "own_quota"
	CodeQuotaOver     Code = "quota_over_anpr"
	CodeAnprBusy      Code = "anpr_too_many"
	CodeAnprPaused    Code = "anpr_paused"
	CodeAnprRefused   Code = "anpr_refused"
	CodeAnprToken     Code = "anpr_token_refused"
	CodeAnprFault     Code = "anpr_fault"
	CodeAnprNonsense  Code = "anpr_unintelligible"
	CodeAnprInput     Code = "anpr_input"
	CodeAnprForbidden Code = "anpr_not_enabled"
)

// kinds is the one table from code to kind.
var kinds = map[Code]Kind{
	CodeInternal: KindInternal,

	CodeRequired: KindInvalid, CodeInvalid: KindInvalid, CodeMalformed: KindInvalid, CodeTooLong: KindInvalid,
	CodeDate: KindInvalid, CodeDateFuture: KindInvalid, CodeDatePast: KindInvalid, CodeFiscalCode: KindInvalid, CodeFiscalCheck: KindInvalid,
	CodePlaceUnknown: KindInvalid, CodeEmail: KindInvalid, CodePasswordWeak: KindInvalid, CodePasswordReuse: KindInvalid,
	CodeIdempotency: KindConflict, CodePeriodLong: KindInvalid, CodeRowsMany: KindInvalid, CodeRange: KindInvalid, CodeRangeOrZero: KindInvalid,

	CodeProofMissing: KindUnknownUser, CodeProofInvalid: KindUnknownUser, CodeProofExpired: KindUnknownUser,
	CodeProofReplayed: KindUnknownUser, CodeNonceNeeded: KindUnknownUser, CodeSessionMissing: KindUnknownUser,
	CodeSessionEnded: KindUnknownUser, CodeSessionTaken: KindUnknownUser, CodeSessionDropped: KindUnknownUser, CodeSessionLive: KindConflict,
	CodeCredentials: KindUnknownUser, CodeLocked: KindTooMany, CodeAccountOff: KindForbidden,
	CodeAccountPeriod: KindForbidden, CodeAccountHours: KindForbidden, CodeMustChange: KindForbidden,
	CodeConfirm: KindForbidden, CodeSecretExpired: KindUnknownUser,

	CodeWorkstationUnknown: KindUnknownUser, CodeWorkstationPending: KindForbidden, CodeWorkstationSuspended: KindForbidden,
	CodeWorkstationRevoked: KindForbidden, CodeWorkstationCloned: KindForbidden, CodeWorkstationExpired: KindForbidden,
	CodeWorkstationNotListed: KindForbidden, CodeWorkstationTransition: KindConflict, CodeTokenUnknown: KindInvalid,
	CodeTokenSpent: KindInvalid, CodeTokenWithdrawn: KindInvalid, CodeProtocol: KindInvalid,

	CodeForbidden: KindForbidden, CodeNotFound: KindNotFound, CodeTooMany: KindTooMany,

	CodeNameTaken: KindConflict, CodeFiscalTaken: KindConflict, CodeEmailTaken: KindConflict, CodeTaken: KindConflict,
	CodeRoleConsole: KindForbidden, CodeRoleNoServices: KindInvalid, CodeDepartmentAbsent: KindInvalid,
	CodeAdminAbsent: KindInvalid, CodeAdminDisabled: KindInvalid, CodeDependants: KindConflict, CodeLastTop: KindConflict,
	CodeChanged: KindConflict, CodeUsedByUsers: KindConflict, CodeUsedByStations: KindConflict, CodeUsedByPurposes: KindConflict,
	CodeUsedByTokens: KindConflict, CodeUsedByPast: KindConflict, CodePlaceCeased: KindInvalid,
	CodeDependantUnfit: KindConflict, CodeHere: KindConflict, CodeListedElsewhere: KindConflict,
	CodeImportColumns: KindInvalid, CodeImportTwice: KindInvalid, CodeImportRepeats: KindInvalid, CodeImportKnown: KindConflict,
	CodeImportProfile: KindInvalid, CodeImportWord: KindInvalid, CodeImportForeign: KindForbidden, CodeImportBare: KindInvalid,

	CodeNoticeExpiry: KindInvalid, CodeNoticeLong: KindInvalid, CodeNoticeTargets: KindInvalid,
	CodeNoticeNobody: KindInvalid,

	CodeProfileNoService: KindInvalid, CodeProfileMediator: KindInvalid, CodeProfileMediatorOff: KindInvalid, CodeMediatorUnwanted: KindInvalid, CodeMediatorsNeeded: KindConflict,
	CodeProfileOperatorID: KindInvalid, CodeProfileGroup: KindInvalid, CodeProfileApprovalPS: KindInvalid,
	CodeProfileSilence: KindInvalid, CodeProfilePurpose: KindInvalid, CodeProfileWorkstation: KindInvalid, CodeProfileListed: KindInvalid,
	CodeProfilePeriod: KindInvalid, CodeProfileScopeBulk: KindInvalid,

	CodeListEmpty: KindInvalid, CodeListNotText: KindInvalid, CodeListBroken: KindInvalid, CodeListProtected: KindInvalid, CodeListBomb: KindInvalid, CodeListTooBig: KindInvalid, CodeListRows: KindInvalid, CodeListColumns: KindInvalid, CodeListMapping: KindInvalid,
	CodeListLine: KindInvalid, CodeListCell: KindInvalid, CodeListQuotes: KindInvalid, CodeListRagged: KindInvalid, CodeListNull: KindInvalid, CodeListEncoding: KindInvalid, CodeListFormula: KindInvalid,
	CodeListTidied: KindInvalid, CodeListOmocodia: KindInvalid, CodeListNumeric: KindInvalid, CodeListNumber: KindInvalid, CodeListLength: KindInvalid, CodeListConfused: KindInvalid, CodeListPlace: KindInvalid, CodeListAge: KindInvalid,
	CodeListSwapped: KindInvalid, CodeListCentury: KindInvalid, CodeListDisagree: KindInvalid, CodeListSex: KindInvalid, CodeListANPR: KindInvalid, CodeListDuplicate: KindInvalid,

	CodeListNoRows: KindInvalid, CodeJobState: KindConflict, CodeJobMany: KindConflict, CodeJobPiece: KindConflict, CodeJobHours: KindUnavailable, CodeJobNothing: KindConflict, CodeJobGone: KindConflict, CodeJobMoved: KindConflict, CodeJobNever: KindInvalid,

	CodeServiceOff: KindForbidden, CodeTypeOff: KindForbidden, CodePurposeOff: KindForbidden, CodeOwnRecord: KindForbidden,
	CodeOutOfScope: KindForbidden, CodeCancelled: KindConflict, CodeInterrupted: KindUnavailable,
	CodeSubjectByCode: KindInvalid, CodeNoParts: KindForbidden,
	CodeApprovalRefused: KindForbidden, CodeApprovalDecided: KindConflict, CodeApprovalStale: KindForbidden,

	CodeMailOff: KindUnavailable, CodeMailUnreachable: KindUpstream, CodeMailTLS: KindUpstream, CodeMailLogin: KindUpstream,
	CodeMailSender: KindUpstream, CodeMailRecipient: KindUpstream, CodeMailRefused: KindUpstream, CodeMailBusy: KindUpstream,
	CodeMailSlow: KindUpstream, CodeMailLost: KindUpstream, CodeMailState: KindConflict,

	CodeAnprOff: KindUnavailable, CodeAnprDown: KindUpstream, CodeAnprSlow: KindUpstream, CodeAnprQuota: KindUnavailable,
	CodeAnprBusy: KindUnavailable, CodeAnprPaused: KindUnavailable, CodeAnprRefused: KindUpstream, CodeAnprToken: KindUpstream,
	CodeAnprFault: KindUpstream, CodeAnprNonsense: KindUpstream, CodeAnprInput: KindInvalid, CodeAnprForbidden: KindUpstream,
	CodeOwnQuota: KindUnavailable, CodeQuotaOver: KindInvalid,
}

// Kind returns the sort of answer that the code is; an unknown code is
// internal.
func (c Code) Kind() Kind { return kinds[c] }

// Codes lists every code of the product, in no order: the catalogues are
// checked against it.
func Codes() []Code {
	out := make([]Code, 0, len(kinds))
	for c := range kinds {
		out = append(out, c)
	}
	return out
}
