package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"indagor/app"
	"indagor/app/list"
)

// Bounds of what a workbook may hold once it is unpacked. A list of 200,000
// rows of ordinary text is some 150 MB as XML, and is packed twentyfold.
const (
	mostUnpacked = 512 << 20 // bytes of one part
	mostRatio    = 150       // of unpacked to packed, of a part that matters
	smallPart    = 8 << 20   // a part below it may have any ratio
	mostStrings  = 64 << 20  // bytes of the shared strings' text
	mostParts    = 4096
	mostToken    = 1 << 20 // bytes of one piece of XML, as a text, which is in memory as a whole
)

// Reader reads the first visible sheet of a workbook, row after row: of the
// sheet itself it keeps one row in memory, beside the strings that the
// workbook keeps once for all cells. A formula is read as the result that was
// stored with it, a date as a day (dd/mm/yyyy), a number as it would be typed.
//
// It is not excelize that reads: that gives dates as the cell's format shows
// them, American order included, and keeps whole sheets.
type Reader struct {
	limits  list.Limits
	parts   map[string]*zip.File
	strings []string
	dates   []bool // by style
	base    float64
	sheet   io.ReadCloser
	dec     *decoder
	header  []string
	waiting []list.Row
	read    int
	line    int // of the last row
	err     error
}

// NewReader opens a workbook of so many bytes. It refuses, with an *app.Error,
// what is no XLSX, what a password protects, and what unpacks to far more than
// it is.
func NewReader(src io.ReaderAt, size int64, limits list.Limits) (*Reader, error) {
	if size > limits.Bytes {
		return nil, list.TooBig(limits.Bytes)
	}
	if err := compound(src, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(src, size)
	if err != nil || len(z.File) > mostParts {
		return nil, broken(err)
	}
	r := &Reader{limits: limits, parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		r.parts[strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(f.Name, `\`, "/")), "/"))] = f
	}
	if err := r.openSheet(); err != nil {
		return nil, err
	}
	return r, r.begin()
}

// compound recognises the container that Excel uses for protected workbooks
// and for those of before 2007.
func compound(src io.ReaderAt, size int64) error {
	var magic [8]byte
	if _, err := src.ReadAt(magic[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case size == 0:
		return app.E(app.CodeListEmpty)
	case string(magic[:4]) == "PK\x03\x04":
		return nil
	case string(magic[:]) != "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
		return app.E(app.CodeListBroken)
	}
	name := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	all, err := io.ReadAll(io.NewSectionReader(src, 0, size))
	if err != nil {
		return err
	}
	if bytes.Contains(all, name) {
		return app.E(app.CodeListProtected)
	}
	return app.E(app.CodeListNotText)
}

// part opens a part of the archive, bounded. It is nil where there is none.
func (r *Reader) part(name string) (io.ReadCloser, error) {
	f := r.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, nil
	}
	if f.UncompressedSize64 > mostUnpacked || f.UncompressedSize64 > smallPart && f.UncompressedSize64/mostRatio > f.CompressedSize64 {
		return nil, app.E(app.CodeListBomb)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, broken(err)
	}
	// The archive may lie about its sizes: archive/zip stops at the declared
	// one, which was looked at above.
	return rc, nil
}

// decoder reads pieces of XML of bounded length: encoding/xml keeps a text, a
// comment or the attributes of an element as a whole, whatever their length.
type decoder struct {
	xml  *xml.Decoder
	src  io.Reader
	left int
}

func newDecoder(src io.Reader) *decoder {
	d := &decoder{src: src}
	d.xml = xml.NewDecoder(d)
	return d
}

// Read reads for the piece under way.
func (d *decoder) Read(p []byte) (int, error) {
	if d.left <= 0 {
		return 0, app.E(app.CodeListBomb)
	}
	n, err := d.src.Read(p[:min(len(p), d.left)])
	d.left -= n
	return n, err
}

// RawToken gives the next piece, io.EOF after the last.
func (d *decoder) RawToken() (xml.Token, error) {
	d.left = mostToken
	return d.xml.RawToken()
}

// walk gives every start element of a part to fn.
func (r *Reader) walk(name string, fn func(*decoder, xml.StartElement) error) error {
	rc, err := r.part(name)
	if err != nil || rc == nil {
		return err
	}
	defer rc.Close()
	d := newDecoder(rc)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		if s, ok := t.(xml.StartElement); ok {
			if err := fn(d, s); err != nil {
				return err
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// openSheet finds the first visible sheet, and the strings and styles of the
// workbook.
func (r *Reader) openSheet() error {
	root := "xl/workbook.xml"
	if err := r.walk("_rels/.rels", func(_ *decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/officeDocument") {
			root = strings.TrimPrefix(attr(e, "Target"), "/")
		}
		return nil
	}); err != nil {
		return err
	}
	id := ""
	r.base = 0
	if err := r.walk(root, func(_ *decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "sheet":
			if id == "" && attr(e, "state") != "hidden" && attr(e, "state") != "veryHidden" {
				for _, a := range e.Attr {
					if a.Name.Local == "id" && a.Name.Space != "" {
						id = a.Value
					}
				}
			}
		case "workbookPr":
			if v := attr(e, "date1904"); v == "1" || v == "true" {
				r.base = 1462 // days between the two epochs
			}
		}
		return nil
	}); err != nil {
		return err
	}
	dir, file := path.Split(root)
	var sheet, shared, styles string
	if err := r.walk(dir+"_rels/"+file+".rels", func(_ *decoder, e xml.StartElement) error {
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		switch kind := attr(e, "Type"); {
		case e.Name.Local != "Relationship":
		case id != "" && attr(e, "Id") == id:
			sheet = target
		case strings.HasSuffix(kind, "/sharedStrings"):
			shared = target
		case strings.HasSuffix(kind, "/styles"):
			styles = target
		}
		return nil
	}); err != nil {
		return err
	}
	if sheet == "" {
		return app.E(app.CodeListBroken)
	}
	if err := r.readStrings(shared); err != nil {
		return err
	}
	if err := r.readStyles(styles); err != nil {
		return err
	}
	rc, err := r.part(sheet)
	if err != nil {
		return err
	}
	if rc == nil {
		return app.E(app.CodeListBroken)
	}
	r.sheet, r.dec = rc, newDecoder(rc)
	return nil
}

// readStrings reads the strings that cells share: plain, or in runs of one
// format each. Phonetic readings are left out.
func (r *Reader) readStrings(name string) error {
	total := 0
	return r.walk(name, func(d *decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := r.inside(d, "si")
		if err != nil {
			return err
		}
		if total += len(s) + 16; total > mostStrings {
			return app.E(app.CodeListBomb)
		}
		r.strings = append(r.strings, s)
		return nil
	})
}

// inside reads the text of the t elements up to the end of the element.
func (r *Reader) inside(d *decoder, end string) (string, error) {
	var b strings.Builder
	reading, skip := false, 0
	for {
		t, err := d.RawToken()
		if err != nil {
			return "", broken(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "rPh":
				skip++
			case "t":
				reading = skip == 0
			}
		case xml.CharData:
			if reading && b.Len() <= r.limits.Cell {
				b.Write(t)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case end:
				return b.String(), nil
			case "rPh":
				skip--
			case "t":
				reading = false
			}
		}
	}
}

// readStyles finds the styles that show a number as a date.
func (r *Reader) readStyles(name string) error {
	formats := map[int]bool{}
	cells := false
	return r.walk(name, func(_ *decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if n, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
				formats[n] = isDate(attr(e, "formatCode"))
			}
		case "cellXfs":
			cells = true
		case "cellStyles", "dxfs":
			cells = false
		case "xf":
			if !cells || len(r.dates) > 1<<16 {
				return nil
			}
			n, _ := strconv.Atoi(attr(e, "numFmtId"))
			date, custom := formats[n]
			// Formats 14 to 22, and those of other languages, are dates by
			// themselves (ECMA-376, 18.8.30).
			r.dates = append(r.dates, custom && date || !custom && (n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58))
		}
		return nil
	})
}

// isDate reports whether a format shows days: it has a y or a d outside of
// quotes, brackets and escapes.
func isDate(code string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\', c == '_', c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case strings.IndexByte("yYdD", c) >= 0:
			return true
		}
	}
	return false
}

// broken refuses a workbook that cannot be read. An end that came too early is
// not the end of the rows. What was refused by name stays so.
func broken(err error) error {
	if app.CodeOf(err) == app.CodeListBomb {
		return err
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return app.E(app.CodeListBroken).Because(err)
}
