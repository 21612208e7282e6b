package app

import (
	"slices"
	"testing"
)

func TestMayMediate(t *testing.T) {
	top := User{Role: RoleTop, OperatorID: "OP1", Enabled: true}
	admin, bare, off, clerk := top, top, top, top
	admin.Role, bare.OperatorID, off.Enabled, clerk.Role = RoleAdmin, "", false, RoleStandard
	for _, tt := range []struct {
		who  User
		rule MediatorRule
		want Code
	}{
		{top, MediatorsAll, ""},
		{top, MediatorsTop, ""},
		{top, MediatorsAdmin, CodeMediatorUnwanted},
		{top, MediatorsNone, CodeMediatorUnwanted},
		{admin, MediatorsAll, ""},
		{admin, MediatorsTop, CodeMediatorUnwanted},
		{admin, MediatorsAdmin, ""},
		{admin, MediatorsNone, CodeMediatorUnwanted},
		{bare, MediatorsAll, CodeProfileMediator},
		{off, MediatorsAll, CodeProfileMediatorOff},
		{clerk, MediatorsAll, CodeProfileMediator},
		{User{}, MediatorsAll, CodeProfileMediator},
	} {
		got := Code("")
		if e := tt.who.MayMediate("2026-11-22", tt.rule); e != nil {
			got = e.Code
		}
		if got != tt.want {
			t.Errorf("%s under %q: %q, want %q", tt.who.Role, tt.rule, got, tt.want)
		}
	}
	if !slices.Equal(MediatorsAll.Roles(), []Role{RoleTop, RoleAdmin}) || len(MediatorsNone.Roles()) != 0 {
		t.Errorf("%v %v", MediatorsAll.Roles(), MediatorsNone.Roles())
	}
	s := DefaultSettings.Clone()
	s.Services.Mediators = "nobody"
	if es := s.Check(); len(es) != 1 || es[0].Field != "services.mediators" {
		t.Errorf("%v", es)
	}
}
