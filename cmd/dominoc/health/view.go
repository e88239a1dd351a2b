package health

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dominoc/dominoc/schema/words"
)

// A View shows the reports of one read after another, and why a read failed.
type View interface {
	Show(reports []Report, now time.Time) error
	Trouble(err error, now time.Time)
}

// Watch shows reports, and after each interval those of a new read, until all is well or
// the context ends. It reports whether all is well.
func Watch(ctx context.Context, v View, reports []Report, look func(context.Context) ([]Report, error), now func() time.Time, interval time.Duration) (bool, error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := v.Show(reports, now()); err != nil {
			return false, err
		}
		if len(reports) > 0 && AllWell(reports) {
			return true, nil
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-tick.C:
		}
		seen, err := look(ctx)
		switch {
		case err == nil:
			reports = seen
		case ctx.Err() == nil:
			v.Trouble(err, now())
		}
	}
}

// Screen returns a view that redraws a terminal. It moves the cursor, so out is the terminal
// itself, and the view replaces hidden characters.
func Screen(out io.Writer, color bool, began time.Time) View {
	return &screen{out: out, color: color, began: began}
}

// Lines returns a view that writes a line for each change, for logs.
func Lines(out, err io.Writer) View { return &lines{trouble{err}, out, map[string]known{}} }

// JSONLines returns a view that writes all reports as a line of JSON for each change.
func JSONLines(out, err io.Writer) View { return &jsonLines{trouble: trouble{err}, out: out} }

// trouble writes why a read failed.
type trouble struct{ err io.Writer }

func (t trouble) Trouble(err error, now time.Time) {
	fmt.Fprintf(t.err, "%s %s (trying again)\n", now.Format(time.TimeOnly), words.Line(words.WithoutCredentials(err.Error())))
}

type screen struct {
	out   io.Writer
	color bool
	began time.Time
	drawn bool
}

// Show overwrites the former drawing line by line, so that nothing flickers.
func (v *screen) Show(reports []Report, now time.Time) error {
	begin, text := "\x1b[H", progressLine(reports, now.Sub(v.began))+"\n\n"+Text(reports, now, v.color)
	if !v.drawn {
		begin, v.drawn = "\x1b[2J\x1b[H", true
	}
	_, err := io.WriteString(v.out, begin+strings.ReplaceAll(string(words.Colored([]byte(text))), "\n", "\x1b[K\n")+"\x1b[J")
	return err
}

func (v *screen) Trouble(err error, _ time.Time) {
	fmt.Fprintf(v.out, "%s (trying again)\x1b[K\n", words.Line(words.WithoutCredentials(err.Error())))
}

// progressLine returns a bar of the objects that are well, and the duration of the watch.
func progressLine(reports []Report, since time.Duration) string {
	objects, well := 0, 0
	for _, r := range reports {
		o, w := r.Count()
		objects, well = objects+o, well+w
	}
	if objects == 0 {
		return "waiting for an environment, " + short(since)
	}
	const cells = 30
	full := cells * well / objects
	return fmt.Sprintf("[%s%s] %d of %d, %s", strings.Repeat("#", full), strings.Repeat(".", cells-full), well, objects, short(since))
}

type lines struct {
	trouble
	out   io.Writer
	known map[string]known // by namespace and name
}

type known struct {
	summary  string
	problems map[string]bool
}

func (v *lines) Show(reports []Report, now time.Time) error {
	var text strings.Builder
	for _, r := range reports {
		id := r.Namespace + "/" + r.Name
		before := v.known[id]
		after := known{summaryOf(r), map[string]bool{}}
		for _, g := range r.Groups() {
			if g.State == Wrong {
				after.problems[places(g.Places)+": "+sentence(g)] = true
			}
		}
		at := now.Format(time.TimeOnly) + " " + words.Line(r.Name) + ": "
		for _, problem := range slices.Sorted(maps.Keys(after.problems)) {
			if !before.problems[problem] {
				text.WriteString(at + "wrong: " + problem + "\n")
			}
		}
		if after.summary != before.summary {
			text.WriteString(at + after.summary + "\n")
		}
		v.known[id] = after
	}
	_, err := io.WriteString(v.out, text.String())
	return err
}

func summaryOf(r Report) string {
	objects, well := r.Count()
	if r.Well {
		return fmt.Sprintf("ready, %s", words.Count(objects, "object"))
	}
	return fmt.Sprintf("%s, %d of %s well%s", headline(r), well, words.CountOf(objects, "object is", "objects are"), tally(r))
}

type jsonLines struct {
	trouble
	out  io.Writer
	last []byte
}

func (v *jsonLines) Show(reports []Report, _ time.Time) error {
	line, err := json.Marshal(reports)
	if err != nil || bytes.Equal(line, v.last) {
		return err
	}
	v.last = line
	_, err = v.out.Write(append(words.JSON(line), '\n'))
	return err
}
