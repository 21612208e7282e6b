package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
)

// publish prints who may do what, and writes it down for other programs.
func (s *stage) publish(cast *seeded) error {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "\nUSER\tROLE\tPASSWORD\tNAME\tMAY")
	for _, a := range cast.accounts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s %s\t%s\n", a.username, strings.ToUpper(string(a.role)), a.Password, a.name, a.surname, a.may)
	}
	fmt.Fprintln(w, "\nFISCAL CODE\tCITIZEN\tSPECIAL")
	for _, c := range citizens {
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.fiscalCode, c.name, c.special)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(s.print, b.String())
	if err := os.WriteFile(s.path("accounts.txt"), []byte(b.String()), 0o600); err != nil {
		return err
	}
	type row struct {
		Username string       `json:"username"`
		Role     string       `json:"role"`
		Password string       `json:"password"`
		Purposes []purposeRef `json:"purposes,omitempty"`
	}
	all := struct {
		Server string `json:"server"`
		Token  string `json:"enrolment_token"`
		Users  []row  `json:"users"`
	}{Server: s.url, Token: cast.token}
	for _, a := range cast.accounts {
		r := row{Username: a.username, Role: string(a.role), Password: a.Password}
		if a.role.Operative() {
			r.Purposes = cast.purposes[a.department]
		}
		all.Users = append(all.Users, r)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(s.path("accounts.json"), append(text, '\n'), 0o600)
}
