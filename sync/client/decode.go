package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"reflect"
	"strings"

	"github.com/go-resty/resty/v2"
)

// decode reads an answer into the output: its fields with the tag header, and
// its Body. Fields of the JSON that this program does not know are left out,
// since the server may be newer.
func decode(res *resty.Response, out any) error {
	v := reflect.ValueOf(out).Elem()
	t := v.Type()
	for i := range t.NumField() {
		f, fv := t.Field(i), v.Field(i)
		if h := f.Tag.Get("header"); h != "" {
			if fv.Kind() != reflect.String {
				return fmt.Errorf("header %s is no text", h)
			}
			fv.SetString(res.Header().Get(h))
			continue
		}
		if f.Name != "Body" {
			continue
		}
		if f.Type == reflect.TypeFor[[]byte]() {
			fv.SetBytes(res.Body())
			continue
		}
		kind, _, _ := mime.ParseMediaType(res.Header().Get("Content-Type"))
		if kind != "application/json" && !strings.HasSuffix(kind, "+json") {
			return errors.New("the answer is no JSON")
		}
		if err := json.Unmarshal(res.Body(), fv.Addr().Interface()); err != nil {
			return errors.New("the answer is not of the contract") // the parser's message may quote it
		}
	}
	return nil
}
