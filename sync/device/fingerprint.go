package device

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"indagor/app"
)

// Machine tells about a machine. Every function may tell nothing; none fails,
// since a machine that does not tell is a machine that does not tell.
type Machine struct {
	MachineID func(context.Context) string   // id of the installed system
	Table     func(context.Context) []byte   // SMBIOS structures, where they can be read
	Product   func(context.Context) []string // board and product, where Table tells no UUID
	Disk      func(context.Context) string   // serial number of the system disk
	Board     func(context.Context) []string // board, where Table does not tell it
	Processor func(context.Context) string   // model of the processor
	Adapters  func(context.Context) []string // addresses of the built-in network adapters
	System    func(context.Context) []string // operating system and domain

	Name  func(context.Context) string // host name
	User  func(context.Context) string // operating-system user
	Title func(context.Context) string // operating system, for people
}

// or takes from other what m does not have.
func (m Machine) or(other Machine) Machine {
	text := func(a, b func(context.Context) string) func(context.Context) string {
		if a != nil {
			return a
		}
		return b
	}
	list := func(a, b func(context.Context) []string) func(context.Context) []string {
		if a != nil {
			return a
		}
		return b
	}
	if m.Table == nil {
		m.Table = other.Table
	}
	m.MachineID, m.Disk, m.Processor = text(m.MachineID, other.MachineID), text(m.Disk, other.Disk), text(m.Processor, other.Processor)
	m.Product, m.Board = list(m.Product, other.Product), list(m.Board, other.Board)
	m.Adapters, m.System = list(m.Adapters, other.Adapters), list(m.System, other.System)
	m.Name, m.User, m.Title = text(m.Name, other.Name), text(m.User, other.User), text(m.Title, other.Title)
	return m
}

// Fingerprint is the machine's fingerprint under the body's salt: for every
// component of app.FingerprintWeights that the machine tells, the hexadecimal
// HMAC-SHA256 of its value with the salt as key. What manufacturers leave
// unset counts as not told.
func (d *Device) Fingerprint(ctx context.Context, salt string) (app.Fingerprint, error) {
	if salt == "" {
		return nil, errors.New("device: a fingerprint needs the server's salt")
	}
	f := app.Fingerprint{}
	for part, value := range d.machine.components(ctx) {
		h := hmac.New(sha256.New, []byte(salt))
		h.Write([]byte(value))
		f[part] = hex.EncodeToString(h.Sum(nil))
	}
	if err := ctx.Err(); err != nil {
		return nil, err // what was told may be cut short
	}
	return f, nil
}

// Description is how the workstation calls itself.
type Description struct {
	Name string // host name
	User string // operating-system user
	OS   string // operating system, for people
}

// Describe tells how the workstation calls itself.
func (d *Device) Describe(ctx context.Context) Description {
	return Description{
		Name: cmp.Or(clip(d.machine.Name(ctx)), "?"),
		User: clip(d.machine.User(ctx)),
		OS:   clip(d.machine.Title(ctx)),
	}
}

// clip keeps to the contract's length.
func clip(s string) string {
	r := []rune(strings.TrimSpace(s))
	return string(r[:min(len(r), 100)])
}

// components are the values, each in one form, without the junk.
func (m Machine) components(ctx context.Context) map[string]string {
	table := parseSMBIOS(m.Table(ctx))
	product := []string{table.uuid}
	if sound(product) == "" {
		product = m.Product(ctx)
	}
	board := []string{table.maker, table.board}
	if sound(board) == "" {
		board = m.Board(ctx)
	}
	adapters := slices.Clone(m.Adapters(ctx))
	slices.Sort(adapters)
	out := map[string]string{
		"machine_id": sound([]string{m.MachineID(ctx)}),
		"smbios":     sound(product),
		"disk":       sound([]string{m.Disk(ctx)}),
		"board":      sound(append(slices.Clone(board), m.Processor(ctx))),
		"network":    sound(slices.Compact(adapters)),
		"system":     sound(m.System(ctx)),
	}
	for k, v := range out {
		if v == "" {
			delete(out, k)
		}
	}
	return out
}

// sound joins the values that tell something, each in lower case with single
// spaces.
func sound(values []string) string {
	var out []string
	for _, v := range values {
		v = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(v, "\x00", " ")), " "))
		if !junk(v) {
			out = append(out, v)
		}
	}
	return strings.Join(out, "\n")
}

// fillers are what manufacturers, hypervisors and systems write where nothing
// was set.
var fillers = []string{
	"to be filled by o.e.m.", "to be filled by oem", "default string", "system serial number", "system product name",
	"system manufacturer", "system version", "base board serial number", "not specified", "not applicable",
	"not available", "none", "(none)", "n/a", "na", "unknown", "oem", "o.e.m.", "invalid", "empty", "undefined",
	"uninitialized", "type1productconfigid", "0123456789", "123456789", "1234567890",
	"03000200-0400-0500-0006-000700080009", "12345678-1234-5678-90ab-cddeefaabbcc", "workgroup", "localdomain",
}

// junk reports whether a value, already in lower case, tells nothing: empty,
// one character over and over, or a filler.
func junk(v string) bool {
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune("-_:. /", r) {
			return -1
		}
		return r
	}, v)
	if bare == "" || strings.Trim(bare, bare[:1]) == "" && len(bare) > 1 || bare == "0" || bare == "x" {
		return true
	}
	return slices.Contains(fillers, v) || strings.Contains(v, "to be filled")
}
