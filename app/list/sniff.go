package list

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"indagor/app"
	"indagor/app/codicefiscale"
)

// Encoding is how the characters of a list are written.
type Encoding string

// The encodings that are read.
const (
	UTF8    Encoding = "utf-8"
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
	Latin   Encoding = "windows-1252" // of which ISO 8859-1 is in practice a part
)

// Format is how a list is written.
type Format struct {
	Encoding  Encoding `json:"encoding"`
	Mark      bool     `json:"mark,omitempty"`      // it begins with a byte order mark
	Separator string   `json:"separator,omitempty"` // one character; "" for a list of one column
	Header    bool     `json:"header"`              // its first row names the columns
	skip      bool     // the first line only names the separator, as Excel's sep=;
}

// separators are the characters that may part cells, the likelier first where
// nothing else decides.
const separators = ";\t,|"

// sniffed is how many bytes of a list are looked at, and sniffedRows how many
// of its rows.
const (
	sniffed     = 64 << 10
	sniffedRows = 60
)

// Sniff tells the format of a list from its beginning. It refuses what is no
// text: app.CodeListEmpty, app.CodeListNotText.
func Sniff(sample []byte) (Format, error) {
	var f Format
	switch {
	case bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")):
		f.Encoding, f.Mark = UTF8, true
	case bytes.HasPrefix(sample, []byte("\xff\xfe")):
		f.Encoding, f.Mark = UTF16LE, true
	case bytes.HasPrefix(sample, []byte("\xfe\xff")):
		f.Encoding, f.Mark = UTF16BE, true
	default:
		f.Encoding = unmarked(sample)
	}
	text := sample
	if f.Encoding == UTF16LE || f.Encoding == UTF16BE {
		text, _ = wide(f.Encoding).NewDecoder().Bytes(sample[:len(sample)&^1])
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if len(bytes.Trim(text, "\x00 \t\r\n")) == 0 {
		return f, app.E(app.CodeListEmpty)
	}
	if !textual(text) {
		return f, app.E(app.CodeListNotText)
	}
	if len(sample) >= sniffed {
		// The last line may be cut.
		if i := bytes.LastIndexAny(text, "\r\n"); i > 0 {
			text = text[:i]
		}
	}
	text = bytes.ReplaceAll(text, []byte{0}, nil)
	if named, rest, ok := excelSeparator(text); ok {
		f.Separator, f.skip, text = named, true, rest
	} else {
		f.Separator = separatorOf(text)
	}
	rows := sampleRows(text, f.Separator)
	if len(rows) > 0 {
		f.Header = IsHeader(rows[0], rows[1:])
	}
	return f, nil
}

// unmarked tells the encoding of a text without a mark: UTF-16 shows zeros in
// every second byte, and of
// the others the one in which most of it makes sense.
func unmarked(sample []byte) Encoding {
	var zeros [2]int
	for i, b := range sample {
		if b == 0 {
			zeros[i%2]++
		}
	}
	if half := len(sample) / 2; half > 1 {
		switch {
		case zeros[1] > half*7/10 && zeros[0] < half/10:
			return UTF16LE
		case zeros[0] > half*7/10 && zeros[1] < half/10:
			return UTF16BE
		}
	}
	good, bad := wideBytes(sample)
	if bad > good {
		return Latin
	}
	return UTF8
}

// wideBytes counts the characters beyond ASCII that are written as UTF-8 and
// the bytes that cannot be.
func wideBytes(sample []byte) (good, bad int) {
	for i := 0; i < len(sample); {
		r, n := utf8.DecodeRune(sample[i:])
		switch {
		case r == utf8.RuneError && n == 1 && !utf8.FullRune(sample[i:]):
			return good, bad // cut at the end of the sample
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		i += n
	}
	return good, bad
}

// textual reports whether the bytes may be text: neither a file that says by
// its first bytes that it is something else, nor full of control characters.
func textual(text []byte) bool {
	for _, magic := range []string{"PK\x03\x04", "%PDF", "\xd0\xcf\x11\xe0", "\x89PNG", "\xff\xd8\xff", "GIF8", "\x1f\x8b", "7z\xbc\xaf", "Rar!", "{\\rtf", "<!DOCTYPE", "<html", "<?xml"} {
		if bytes.HasPrefix(text, []byte(magic)) {
			return false
		}
	}
	control := 0
	for _, b := range text {
		if b < ' ' && b != '\t' && b != '\r' && b != '\n' && b != '\f' && b != 0 || b == 0x7f {
			control++
		}
	}
	return control <= len(text)/50
}

// excelSeparator reads the line with which Excel is told the separator.
func excelSeparator(text []byte) (sep string, rest []byte, ok bool) {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.Trim(line, "\r\" ")
	if len(line) == 5 && strings.EqualFold(string(line[:4]), "sep=") && strings.IndexByte(separators, line[4]) >= 0 {
		return string(line[4:]), rest, true
	}
	return "", text, false
}

// separatorOf chooses the separator under which most rows have the same number
// of cells, more than one; among equals the one that makes more cells.
func separatorOf(text []byte) string {
	best, bestShare, bestColumns := "", 0.0, 1
	for i := range len(separators) {
		sep := separators[i : i+1]
		rows := sampleRows(text, sep)
		count := map[int]int{}
		for _, r := range rows {
			count[len(r)]++
		}
		columns, most := 1, 0
		for n, c := range count {
			if c > most || c == most && n > columns {
				columns, most = n, c
			}
		}
		if columns < 2 {
			continue
		}
		share := float64(most) / float64(len(rows))
		if len(rows[0]) == columns {
			share += 0.1 // the header counts for more than any row
		}
		if share > bestShare+1e-9 || share > bestShare-1e-9 && columns > bestColumns {
			best, bestShare, bestColumns = sep, share, columns
		}
	}
	if bestShare < 0.4 {
		return ""
	}
	return best
}

// sampleRows parts the first rows of a text, leaving out empty ones.
func sampleRows(text []byte, sep string) [][]string {
	r := &Reader{limits: Usual, format: Format{Encoding: UTF8, Separator: sep}}
	r.from(bytes.NewReader(text))
	var out [][]string
	for len(out) < sniffedRows {
		row, err := r.next()
		if err != nil {
			break
		}
		out = append(out, row.Cells)
	}
	return out
}

// IsHeader reports whether the first row of a list names its columns rather
// than being data: it has a name that is known, or none of its cells looks
// like a value while those below do.
func IsHeader(first []string, below [][]string) bool {
	letters := 0
	for _, c := range first {
		if looks(c) != 0 {
			return false
		}
		if strings.ContainsFunc(c, unicode.IsLetter) {
			letters++
		}
	}
	for _, c := range first {
		if fieldOf(c) != "" {
			return true
		}
	}
	if letters < (len(first)+1)/2 {
		return false
	}
	for column := range first {
		values, filled := 0, 0
		for _, r := range below {
			if column < len(r) && strings.TrimSpace(r[column]) != "" {
				filled++
				if looks(r[column]) != 0 {
					values++
				}
			}
		}
		if filled > 0 && values*2 > filled {
			return true
		}
	}
	return false
}

// kind is what a cell looks like.
type kind byte

const (
	looksCode kind = 'c'
	looksDay  kind = 'd'
	looksNum  kind = 'n'
)

// looks says what value a cell looks like, 0 for a text like any other.
func looks(cell string) kind {
	s := strings.TrimSpace(cell)
	if s == "" || len(s) > 40 {
		return 0
	}
	n := codicefiscale.Normalize(s)
	if len(n) == 16 && strings.ContainsAny(n, "0123456789") && !strings.ContainsFunc(n, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) {
		return looksCode
	}
	if _, _, err := Day(s); err == nil && strings.ContainsAny(s, "0123456789") && len(s) >= 6 {
		return looksDay
	}
	if strings.Trim(s, "0123456789.,+-/ €") == "" && strings.ContainsAny(s, "0123456789") {
		return looksNum
	}
	return 0
}
