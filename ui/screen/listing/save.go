package listing

import (
	"bufio"
	"context"
	"io"
	"strings"

	"indagor/app/cell"
	"indagor/ui/screen"
)

// save writes what the filter lists as a CSV, as the columns show it, in the
// order in which it is read.
func (p *Page[Q, R, D]) save(filter Q) {
	d, ok := p.parts.Host.(screen.Downloader)
	if !ok {
		return
	}
	d.Download(func(ctx context.Context, to io.Writer, received func(int64)) (string, error) {
		w := &counted{w: to, told: received}
		b := bufio.NewWriterSize(w, 32<<10)
		titles := make([]string, len(p.parts.Columns))
		for i, c := range p.parts.Columns {
			titles[i] = c.Title
		}
		b.WriteString(cell.Mark + csvLine(titles)) //nolint:errcheck // the writer keeps its first error and tells it at the end
		err := p.flow.Each(ctx, filter, func(rows []R) error {
			text, err := p.written(ctx, rows)
			if err == nil {
				_, err = b.WriteString(text)
			}
			return err
		})
		if err == nil {
			err = b.Flush()
		}
		return p.parts.CSV + ".csv", err
	})
}

// written is the rows as lines of a CSV. The columns are asked on the window's
// goroutine, where they may look up names.
func (p *Page[Q, R, D]) written(ctx context.Context, rows []R) (string, error) {
	out := make(chan string, 1)
	p.parts.Do(func() {
		var b strings.Builder
		texts := make([]string, len(p.parts.Columns))
		for _, r := range rows {
			for i, c := range p.parts.Columns {
				if texts[i] = ""; c.Text != nil {
					texts[i] = c.Text(r)
				}
			}
			b.WriteString(csvLine(texts))
		}
		out <- b.String()
	})
	select {
	case text := <-out:
		return text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func csvLine(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = cell.Quoted(cell.Clean(t))
	}
	return strings.Join(quoted, ";") + "\r\n"
}

// counted tells how much has been written.
type counted struct {
	w    io.Writer
	n    int64
	told func(int64)
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	c.told(c.n)
	return n, err
}
