package bulk

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"indagor/app"
)

// guard does something and makes an error of a panic: what is wrong with one
// row must end neither the server nor anybody else's job. The log gets where it
// happened; what was said only where the runtime said it, since anything else
// may hold what a row says.
func (s *Service) guard(id app.ID, do func() error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		what := fmt.Sprintf("%T", p)
		if said, ok := p.(runtime.Error); ok {
			what = said.Error()
		}
		s.log.Error("panic", "job", string(id), "panic", what, "stack", string(debug.Stack()))
		err = app.E(app.CodeInternal)
	}()
	return do()
}
