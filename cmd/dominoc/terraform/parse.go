package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dominoc/dominoc/schema/diag"
)

// root is one state as it was read.
type root struct {
	State
	objects []object
	outputs map[string]output
	copies  map[string]json.RawMessage // outputs of other states that this one has read
}

// parse reads a state, or returns why the file is none.
func parse(file File) (root, diag.List) {
	text := bytes.TrimPrefix(file.Text, []byte("\ufeff"))
	if found := noText(file.Name, text); found != nil {
		return root{}, found
	}
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return root{}, diag.List{malformed(file.Name, text, err)}
	}
	if found := d.foreign(file.Name); found != nil {
		return root{}, found
	}
	if d.Values != nil {
		d.Outputs = d.Values.Outputs
	}
	objects, copies := d.objects()
	return root{State{whole(file.Name).File, d.Lineage, d.Serial, d.Terraform}, objects, d.Outputs, copies}, nil
}

// noText refuses what is no text, and says what it is.
func noText(file string, text []byte) diag.List {
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return refused(file, "terraform-not-state", "is empty", "restore the state from its backup, or print it: terraform state pull")
	case bytes.HasPrefix(text, []byte("PK\x03\x04")):
		return refused(file, "terraform-not-state", "is a saved plan, not a state", "name the state, or what terraform state pull prints")
	case bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")):
		return refused(file, "not-text", "is UTF-16, as PowerShell writes redirected output", "save it as UTF-8: terraform show -json | Out-File -Encoding utf8 state.json")
	case !utf8.Valid(text):
		return refused(file, "not-text", "is not text in UTF-8", "name a state, or what terraform show -json prints")
	}
	return nil
}

// foreign refuses a document in a form that the reader does not know.
func (d document) foreign(file string) diag.List {
	major, _, _ := strings.Cut(d.FormatVersion, ".")
	switch {
	case d.Encrypted != nil:
		return refused(file, "terraform-encrypted", "is a state that OpenTofu encrypted", "print it where OpenTofu has the key: tofu show -json > state.json")
	case d.Planned != nil:
		return refused(file, "terraform-not-state", "is a plan, not a state", "print the state: terraform show -json, without the name of a plan")
	case major == "0" || major == "1":
		return nil
	case d.FormatVersion != "":
		return refused(file, "terraform-version", "is printed in a format that this dominoc does not know: format_version may be 0.x or 1.x", "use a newer dominoc, or name the state file")
	case d.Backend != nil && d.Resources == nil:
		return refused(file, "terraform-not-state", "only says where a backend keeps the state", "print the state: terraform state pull > state.tfstate")
	case d.Version == nil:
		return refused(file, "terraform-not-state", "is JSON, but neither a Terraform state nor the output of terraform show -json", "name the .tfstate files, or their folder")
	case string(d.Version) != "4":
		return refused(file, "terraform-version", fmt.Sprintf("has a state format that dominoc does not read%s: only version 4 is read", numbered(d.Version)), "refresh it with a Terraform from 0.12 to 1.x, or OpenTofu; or print it: terraform show -json")
	}
	return nil
}

func refused(file, code, message, hint string) diag.List {
	return diag.List{{Severity: diag.Error, Code: code, Pos: whole(file), Message: message, Hint: hint}}
}

// numbered quotes a version, if it is one.
func numbered(raw json.RawMessage) string {
	var n uint16
	if json.Unmarshal(raw, &n) != nil {
		return ""
	}
	return fmt.Sprintf(" (%q)", fmt.Sprint(n))
}

// malformed explains an error of package json without its text, which quotes the file.
func malformed(name string, text []byte, err error) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: "terraform-syntax", Pos: whole(name)}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax) && int(syntax.Offset) >= len(bytes.TrimSpace(text)):
		d.Pos = position(name, text, syntax.Offset)
		d.Message = fmt.Sprintf("is cut off after %d bytes", len(text))
		d.Hint = "copy the file again, or restore it from its backup"
	case errors.As(err, &syntax):
		d.Pos = position(name, text, syntax.Offset)
		d.Message = "is not valid JSON from here on"
		d.Hint = "a state is JSON that nobody edits: copy it again, or restore it from its backup"
	case errors.As(err, &kind):
		d.Code = "terraform-not-state"
		d.Pos = position(name, text, kind.Offset)
		d.Message = "is JSON, but not a state as Terraform writes it"
		d.Hint = "name the .tfstate files, or their folder"
	default:
		d.Code = "terraform-not-state"
		d.Message = "is not a state as Terraform writes it"
	}
	return d
}

// position returns the line and column of the character before an offset, which is where
// package json noticed a mistake.
func position(name string, text []byte, offset int64) diag.Pos {
	before := text[:min(max(int(offset)-1, 0), len(text))]
	return diag.Pos{
		File: whole(name).File, Line: bytes.Count(before, []byte("\n")) + 1,
		Column: len(before) - bytes.LastIndexByte(before, '\n'),
	}
}
