package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// asks reports whether questions can be asked. /dev/null is a device, but not a
// terminal.
func (o *options) asks() bool {
	file, isFile := o.streams.In.(*os.File)
	return o.streams.In != nil && (!isFile || term.IsTerminal(int(file.Fd())))
}

// errNoAnswer is the end of the input.
var errNoAnswer = errors.New("no answer")

// ask asks once. An empty answer selects the suggested one.
func (o *options) ask(ctx context.Context, in *bufio.Reader, asked, suggested string) (string, error) {
	shown := ""
	if suggested != "" {
		shown = " [" + suggested + "]"
	}
	fmt.Fprintf(o.streams.Err, "%s%s: ", asked, shown)
	said, err := line(ctx, in)
	if err != nil {
		fmt.Fprintln(o.streams.Err)
		return "", err
	}
	return cmp.Or(strings.TrimSpace(said), suggested), nil
}

// line reads a line until the run is interrupted. A read from a terminal cannot be
// interrupted, so its goroutine is abandoned.
func line(ctx context.Context, in *bufio.Reader) (string, error) {
	type result struct {
		text string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		text, err := in.ReadString('\n')
		if text != "" && errors.Is(err, io.EOF) {
			err = nil // the last line may lack a line break
		}
		read <- result{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.New("interrupted")
	case r := <-read:
		if r.err != nil {
			return "", errNoAnswer
		}
		return r.text, nil
	}
}
