package tests

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The language server of cue, in a repository that `dominoc init` made and with
// no registry, completes the fields of the schema and shows what they mean.
func TestAnEditorCompletesFieldsOffline(t *testing.T) {
	fleet := filepath.Join(t.TempDir(), "fleet")
	out, err := exec.Command(dominoc(t), "init", fleet).CombinedOutput()
	require.NoError(t, err, "%s", out)
	file := filepath.Join(fleet, "example", "environment.cue")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	text := strings.Replace(string(data), "\n\tpools:", "\n\t\n\tpools:", 1)

	e := editor(t, fleet)
	e.notify("textDocument/didOpen", object{"textDocument": object{"uri": "file://" + file, "languageId": "cue", "version": 1, "text": text}})
	var completion struct{ Items []struct{ Label string } }
	e.call("textDocument/completion", at(file, text, "\n\t\n", 2), &completion)
	var labels []string
	for _, item := range completion.Items {
		labels = append(labels, item.Label)
	}
	require.Subset(t, labels, []string{"storage", "encryption", "controlPlaneZones", "deletion"})
	var hover struct{ Contents struct{ Value string } }
	e.call("textDocument/hover", at(file, text, "account:", 1), &hover)
	require.Contains(t, hover.Contents.Value, "account is the AWS account that holds everything")
}

type object = map[string]any

// at is a position in a document: so many bytes into the first place of a text.
func at(file, text, near string, into int) object {
	before := text[:strings.Index(text, near)+into]
	line := strings.Count(before, "\n")
	return object{
		"textDocument": object{"uri": "file://" + file},
		"position":     object{"line": line, "character": len(before) - strings.LastIndex(before, "\n") - 1},
	}
}

// client speaks the language server protocol with cue.
type client struct {
	t    *testing.T
	to   io.Writer
	from *bufio.Reader
	last int
}

func editor(t *testing.T, folder string) *client {
	t.Helper()
	command := exec.Command("go", "tool", "cue", "lsp")
	command.Dir = root(t)
	command.Env = append(os.Environ(), "CUE_REGISTRY=none", "CUE_CACHE_DIR="+t.TempDir())
	to, err := command.StdinPipe()
	require.NoError(t, err)
	from, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	c := &client{t: t, to: to, from: bufio.NewReader(from)}
	t.Cleanup(func() {
		c.call("shutdown", nil, nil)
		c.notify("exit", nil)
		require.NoError(t, command.Wait())
	})
	workspace := object{"uri": "file://" + folder, "name": "fleet"}
	c.call("initialize", object{
		"processId": nil, "rootUri": workspace["uri"], "workspaceFolders": []object{workspace},
		"capabilities": object{"workspace": object{"configuration": true, "workspaceFolders": true}},
	}, nil)
	c.notify("initialized", object{})
	return c
}

func (c *client) notify(method string, params any) {
	c.send(object{"method": method, "params": params})
}

// call sends a request and waits for its result; questions of the server that
// come before it are answered with nothing.
func (c *client) call(method string, params, result any) {
	c.t.Helper()
	c.last++
	c.send(object{"id": c.last, "method": method, "params": params})
	for {
		m := c.receive()
		switch {
		case m.Method != "" && m.ID != nil:
			c.send(object{"id": m.ID, "result": []any{nil}})
		case m.Method == "" && string(m.ID) == strconv.Itoa(c.last):
			require.Empty(c.t, string(m.Error), method)
			if result != nil {
				require.NoError(c.t, json.Unmarshal(m.Result, result))
			}
			return
		}
	}
}

func (c *client) send(message object) {
	message["jsonrpc"] = "2.0"
	text, err := json.Marshal(message)
	require.NoError(c.t, err)
	_, err = fmt.Fprintf(c.to, "Content-Length: %d\r\n\r\n%s", len(text), text)
	require.NoError(c.t, err)
}

type message struct {
	ID                    json.RawMessage
	Method                string
	Params, Result, Error json.RawMessage
}

func (c *client) receive() message {
	header, err := textproto.NewReader(c.from).ReadMIMEHeader()
	require.NoError(c.t, err)
	length, err := strconv.Atoi(header.Get("Content-Length"))
	require.NoError(c.t, err)
	text := make([]byte, length)
	_, err = io.ReadFull(c.from, text)
	require.NoError(c.t, err)
	var m message
	require.NoError(c.t, json.Unmarshal(text, &m))
	return m
}
