package evidence

import "strings"

// FindCheckpoints finds the signed checkpoints in a text, as in the daily mail
// saved to a file: whatever stands around them, quoted, indented, with the
// line ends of any system. What it finds is not checked.
func FindCheckpoints(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(strings.TrimLeft(line, "> \t|"), " \t\r\u00a0")
	}
	var out []string
	for i := 3; i+2 < len(lines); i++ {
		if !strings.HasPrefix(lines[i], "time ") || lines[i+1] != "" {
			continue
		}
		end := i + 2
		for end < len(lines) && strings.HasPrefix(lines[end], "— ") {
			end++
		}
		if end > i+2 {
			out = append(out, strings.Join(lines[i-3:end], "\n")+"\n")
		}
	}
	return out
}
