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
	outputs map[string]raw // the value of each, none that is sensitive
	copies  map[string]raw // outputs of other states that this one has read
}

// parse reads a state, or returns why the file is none.
func parse(file File) (root, diag.List) {
	text := bytes.TrimPrefix(file.Text, []byte("\ufeff"))
	if found := noText(file.Name, text); found != nil {
		return root{}, found
	}
	if !json.Valid(text) {
		return root{}, diag.List{malformed(file.Name, text, json.Unmarshal(text, new(any)))}
	}
	document := raw(bytes.TrimSpace(text)).object()
	if found := foreign(file.Name, document); found != nil {
		return root{}, found
	}
	r := reader{copies: map[string]raw{}}
	outputs := document["outputs"]
	if shown := document["values"].object(); document["format_version"] != nil {
		outputs = shown["outputs"]
		r.module(shown["root_module"])
	}
	r.resources(document["resources"])
	serial, _ := document["serial"].value().(float64)
	state := State{whole(file.Name).File, document["lineage"].text(), int64(serial), document["terraform_version"].text()}
	return root{state, r.objects, shared(outputs), r.copies}, nil
}

// shared returns the values of the outputs that Terraform does not mark as sensitive.
func shared(outputs raw) map[string]raw {
	all := map[string]raw{}
	for name, output := range outputs.fields() {
		if fields := output.object(); fields["sensitive"].null() || fields["sensitive"].value() == false {
			all[name] = fields["value"]
		}
	}
	return all
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

// foreign refuses a document in a form that the reader does not know: it reads a state file
// of version 4, which Terraform and OpenTofu write, and what show -json prints.
func foreign(file string, document map[string]raw) diag.List {
	major, _, _ := strings.Cut(document["format_version"].text(), ".")
	switch {
	case document["encrypted_data"] != nil:
		return refused(file, "terraform-encrypted", "is a state that OpenTofu encrypted", "print it where OpenTofu has the key: tofu show -json > state.json")
	case document["planned_values"] != nil:
		return refused(file, "terraform-not-state", "is a plan, not a state", "print the state: terraform show -json, without the name of a plan")
	case major == "0" || major == "1":
		return nil
	case document["format_version"] != nil:
		return refused(file, "terraform-version", "is printed in a format that this dominoc does not know: format_version may be 0.x or 1.x", "use a newer dominoc, or name the state file")
	case document["backend"] != nil && document["resources"] == nil:
		return refused(file, "terraform-not-state", "only says where a backend keeps the state", "print the state: terraform state pull > state.tfstate")
	case document["version"] == nil:
		return refused(file, "terraform-not-state", "is JSON, but neither a Terraform state nor the output of terraform show -json", "name the .tfstate files, or their folder")
	case string(document["version"]) != "4":
		return refused(file, "terraform-version", fmt.Sprintf("has a state format that dominoc does not read%s: only version 4 is read", numbered(document["version"])), "refresh it with a Terraform from 0.12 to 1.x, or OpenTofu; or print it: terraform show -json")
	case !document["resources"].is('['):
		return refused(file, "terraform-not-state", "is JSON, but not a state as Terraform writes it", "name the .tfstate files, or their folder")
	}
	return nil
}

func refused(file, code, message, hint string) diag.List {
	return diag.List{{Severity: diag.Error, Code: code, Pos: whole(file), Message: message, Hint: hint}}
}

// numbered quotes a version, if it is one.
func numbered(version raw) string {
	n, ok := version.value().(float64)
	if !ok || n < 0 || n > 99 {
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
	case errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input":
		d.Pos = position(name, text, syntax.Offset)
		d.Message = fmt.Sprintf("is cut off after %d bytes", len(text))
		d.Hint = "copy the file again, or restore it from its backup"
	case errors.As(err, &syntax):
		d.Pos = position(name, text, syntax.Offset)
		d.Message = "is not valid JSON from here on"
		d.Hint = "a state is JSON that only Terraform writes: copy it again, or restore it from its backup"
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
