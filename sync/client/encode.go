package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"indagor/sync/wire"
)

// request is an input, as it travels.
type request struct {
	path   string
	query  url.Values
	header map[string]string
	body   []byte
	wait   int // seconds that the server was asked to wait
}

// repeatable reports whether the request does no harm when it is done twice.
func (r *request) repeatable(info wire.Info) bool {
	return info.Method == http.MethodGet || r.header[wire.HeaderIdempotency] != ""
}

// encode writes the input by the tags by which the server reads it. A nil
// input writes no more than the path.
func encode(info wire.Info, in any) (*request, error) {
	r := &request{path: info.Path, query: url.Values{}, header: map[string]string{}}
	v := reflect.ValueOf(in)
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		if err := r.fields(v.Elem()); err != nil {
			return nil, fmt.Errorf("client: %s: %w", info.ID, err)
		}
	}
	if strings.Contains(r.path, "{") {
		return nil, fmt.Errorf("client: %s: a part of the path is missing", info.ID)
	}
	return r, nil
}

func (r *request) fields(v reflect.Value) error {
	t := v.Type()
	for i := range t.NumField() {
		f, fv := t.Field(i), v.Field(i)
		switch {
		case f.Anonymous && fv.Kind() == reflect.Struct:
			if err := r.fields(fv); err != nil {
				return err
			}
		case f.Name == "Body":
			b, err := json.Marshal(fv.Interface())
			if err != nil {
				return fmt.Errorf("body: %w", err)
			}
			r.body = b
		case f.Tag.Get("path") != "":
			s := text(fv)
			// An empty part would name another endpoint, and dots a folder
			// above.
			if s == "" || s == "." || s == ".." {
				return fmt.Errorf("%s cannot stand in a path", f.Name)
			}
			r.path = strings.ReplaceAll(r.path, "{"+f.Tag.Get("path")+"}", url.PathEscape(s))
		case f.Tag.Get("query") != "":
			name, _, _ := strings.Cut(f.Tag.Get("query"), ",")
			s := text(fv)
			if name == "wait" {
				r.wait, _ = strconv.Atoi(s)
			}
			if !fv.IsZero() || zeroCounts(f.Tag) {
				r.query.Set(name, s)
			}
		case f.Tag.Get("header") != "":
			if !fv.IsZero() {
				r.header[f.Tag.Get("header")] = text(fv)
			}
		}
	}
	return nil
}

// zeroCounts reports whether zero says something else than nothing: the field
// has another default, and zero is within its range.
func zeroCounts(tag reflect.StructTag) bool {
	def := tag.Get("default")
	if def == "" || def == "0" || def == "false" {
		return false
	}
	least, err := strconv.ParseFloat(tag.Get("minimum"), 64)
	return err == nil && least <= 0
}

// text writes a parameter.
func text(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10)
	}
	if m, ok := v.Interface().(interface{ MarshalText() ([]byte, error) }); ok {
		if b, err := m.MarshalText(); err == nil {
			return string(b)
		}
	}
	panic("client: no parameter can be of type " + v.Type().String())
}
