package list

import "strings"

// splitState is how the quotes of a text came out.
type splitState int

const (
	splitWhole  splitState = iota
	splitOpen              // the text ends within a quoted cell
	splitBroken            // a quoted cell goes on after its quote
)

// split parts a record into cells. A cell that begins with a quote runs to the
// quote before a separator or the end; two quotes within it are one; quotes
// elsewhere are characters like others. With lenient, a quote that cannot be
// such a beginning is a character too, and the state is always splitWhole.
func split(text, sep string, lenient bool) ([]string, splitState) {
	if sep == "" {
		if c, rest, ok := quoted(text); ok && strings.TrimLeft(rest, " ") == "" {
			return []string{c}, splitWhole
		}
		return []string{text}, splitWhole
	}
	cells := make([]string, 0, strings.Count(text, sep)+1)
	for {
		start := strings.TrimLeft(text, " ")
		if strings.HasPrefix(start, `"`) {
			c, rest, closed := quoted(start)
			after := strings.TrimLeft(rest, " ")
			switch {
			case closed && after == "":
				return append(cells, c), splitWhole
			case closed && strings.HasPrefix(after, sep):
				cells = append(cells, c)
				text = after[len(sep):]
				continue
			case !lenient && !closed:
				return nil, splitOpen
			case !lenient:
				return nil, splitBroken
			}
		}
		cell, rest, more := strings.Cut(text, sep)
		if lenient {
			cell = unquote(cell)
		}
		cells = append(cells, cell)
		if !more {
			return cells, splitWhole
		}
		text = rest
	}
}

// quoted reads the quoted cell with which a text begins.
func quoted(text string) (cell, rest string, closed bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", text, false
	}
	from := 1
	for {
		i := strings.IndexByte(text[from:], '"')
		if i < 0 {
			return "", text, false
		}
		i += from
		if strings.HasPrefix(text[i+1:], `"`) {
			from = i + 2
			continue
		}
		return strings.ReplaceAll(text[1:i], `""`, `"`), text[i+1:], true
	}
}

// unquote takes away the quote that was left open at one end of a cell.
func unquote(cell string) string {
	if strings.Count(cell, `"`) == 1 {
		return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(cell), `"`), `"`)
	}
	return cell
}
