package rewrite

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/dominoc/dominoc/schema/diag"
)

// document is the syntax of a file of YAML.
type document struct {
	*text
	top *yaml.Node
}

// pair is a field of a mapping.
type pair struct {
	of         *yaml.Node
	key, value *yaml.Node
}

func changeYAML(t *text, c Change) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(t.content, &root); err != nil || len(root.Content) != 1 {
		return nil, &Refusal{Pos: diag.Pos{File: t.name}, Reason: "the file is not one document of YAML"}
	}
	d := document{t, root.Content[0]}
	above, rest, err := d.nearest(c.Path)
	switch {
	case err != nil:
		return nil, err
	case c.From != nil:
		return d.repeat(above, rest, c)
	case len(rest) == 0 && c.Value == nil:
		return d.remove(above)
	case len(rest) == 0:
		return d.set(above[len(above)-1], c)
	case c.Value == nil:
		return nil, d.absent(c.Path)
	}
	return d.add(above, c.Path[:len(c.Path)-len(rest)], flow(rest, c.Value))
}

// repeat adds a field with the text of one beside it.
func (d document) repeat(above []pair, rest diag.Path, c Change) ([]byte, error) {
	beside, missing, err := d.nearest(c.From)
	switch {
	case err != nil:
		return nil, err
	case len(missing) > 0 || len(rest) != 1 || len(beside) != len(above)+1:
		return nil, d.absent(c.From)
	}
	p := beside[len(beside)-1]
	from, plain := d.scalarEnd(p.key)
	to, space := d.blockEnd(d.offset(p.key)), ""
	if p.of.Style&yaml.FlowStyle != 0 {
		from, space = d.offset(p.value), ": "
		to, plain = d.flowEnd(p.value)
	}
	if !plain {
		return nil, d.refuse(d.offset(p.key), "%s is not written as a plain field", c.From)
	}
	return d.add(above, c.Path[:len(c.Path)-1], label(rest[0])+space+string(d.content[from:to]))
}

// nearest returns the fields that lead to a path, as far as the file states them, and
// the rest of the path.
func (d document) nearest(p diag.Path) ([]pair, diag.Path, error) {
	var above []pair
	at := d.top
	for i, label := range p {
		if at.Kind == yaml.AliasNode || at.Anchor != "" {
			return nil, nil, d.refuse(d.offset(at), "%s is an alias or has an anchor: other values change with it", p[:i])
		}
		if at.Kind != yaml.MappingNode {
			return nil, nil, d.refuse(d.offset(at), "%s is not a mapping", p[:i])
		}
		found := false
		for n := 0; n+1 < len(at.Content); n += 2 {
			key, value := at.Content[n], at.Content[n+1]
			switch key.Value {
			case "<<":
				return nil, nil, d.refuse(d.offset(key), "%s takes values of another mapping", diag.Path(p[:i]))
			case label:
				above, found = append(above, pair{at, key, value}), true
			}
		}
		if !found {
			return above, p[i:], nil
		}
		at = above[len(above)-1].value
	}
	return above, nil, nil
}

// offset returns where a node begins. YAML counts characters, not bytes.
func (d document) offset(n *yaml.Node) int {
	at := 0
	for line := 1; line < n.Line; line++ {
		at = d.nextLine(at)
	}
	for column := 1; column < n.Column; column++ {
		_, size := utf8.DecodeRune(d.content[at:])
		at += size
	}
	return at
}

// scalarEnd returns where a scalar ends; false for one that is not written in one piece of one
// line.
func (d document) scalarEnd(n *yaml.Node) (int, bool) {
	at := d.offset(n)
	line := d.content[at:d.lineEnd(at)]
	if n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 || len(line) == 0 {
		return 0, false
	}
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		for i := 1; i < len(line); i++ {
			switch line[i] {
			case '\\':
				i++
			case '"':
				return at + i + 1, true
			}
		}
	case n.Style&yaml.SingleQuotedStyle != 0:
		for i := 1; i < len(line); i++ {
			switch {
			case line[i] == '\'' && i+1 < len(line) && line[i+1] == '\'':
				i++
			case line[i] == '\'':
				return at + i + 1, true
			}
		}
	case n.Style == 0 || n.Style == yaml.FlowStyle:
		return at + len(n.Value), bytes.HasPrefix(line, []byte(n.Value)) && n.Value != ""
	}
	return 0, false
}

func (d document) set(p pair, c Change) ([]byte, error) {
	if p.value.Kind == yaml.SequenceNode {
		return d.setList(p, c)
	}
	from := d.offset(p.value)
	to, ok := d.scalarEnd(p.value)
	if !ok {
		return nil, d.refuse(from, "%s is not written as a plain value of one line", c.Path)
	}
	return d.replaced(from, to, scalar(c.Value, p.value.Style)), nil
}

// setList replaces a list, which then is in one line.
func (d document) setList(p pair, c Change) ([]byte, error) {
	from, ok := d.scalarEnd(p.key)
	to := d.blockEnd(d.offset(p.key))
	if p.value.Style&yaml.FlowStyle != 0 && ok {
		to, ok = d.flowEnd(p.value)
	}
	if !ok || p.value.Anchor != "" || bytes.IndexByte(d.content[from:to], '#') >= 0 {
		return nil, d.refuse(d.offset(p.value), "%s has comments, or an anchor", c.Path)
	}
	return d.replaced(from, to, ": "+inline(c.Value, quoted[string], label)), nil
}

// flowEnd returns where a value ends that is written in a flow, or in one line.
func (d document) flowEnd(n *yaml.Node) (int, bool) {
	if to, ok := d.scalarEnd(n); ok {
		return to, true
	}
	to, ok := d.closing(d.offset(n))
	return to + 1, ok
}

// scalar is a value as YAML writes it, in the style of the one before it where it can be.
func scalar(value any, style yaml.Style) string {
	text, ok := value.(string)
	switch {
	case !ok:
		return quoted(value)
	case style&yaml.SingleQuotedStyle != 0 && !strings.ContainsAny(text, "\n\t"):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	case style&yaml.DoubleQuotedStyle == 0 && bare(text):
		return text
	}
	return quoted(value)
}

// bare reports whether YAML reads a text without quotes as this text, wherever it is.
func bare(text string) bool {
	var list []any
	return yaml.Unmarshal([]byte("["+text+"]"), &list) == nil && len(list) == 1 && list[0] == any(text)
}

// add writes a field as the last one of the nearest mapping above it.
func (d document) add(above []pair, to diag.Path, field string) ([]byte, error) {
	of := d.top
	if len(above) > 0 {
		of = above[len(above)-1].value
	}
	if of.Kind != yaml.MappingNode || of.Anchor != "" {
		return nil, d.refuse(d.offset(of), "%s is not a mapping that a field can be added to", to)
	}
	if of.Style&yaml.FlowStyle == 0 {
		last := of.Content[len(of.Content)-2]
		at := d.blockEnd(d.offset(last))
		return d.replaced(at, at, d.newline+strings.Repeat(" ", of.Content[0].Column-1)+field), nil
	}
	from := d.offset(of)
	shut, ok := d.closing(from)
	if !ok {
		return nil, d.refuse(from, "%s is not a mapping that a field can be added to", to)
	}
	if len(of.Content) == 0 {
		return d.replaced(from+1, shut, field), nil
	}
	at := len(bytes.TrimRight(d.content[:shut], " \t\r\n"))
	if d.content[at-1] == ',' {
		return d.replaced(at, at, " "+field), nil
	}
	return d.replaced(at, at, ", "+field), nil
}

// flow is a field with the mappings that lead to it, in one line.
func flow(p diag.Path, value any) string {
	out := ""
	for i, name := range p {
		if i > 0 {
			out += "{"
		}
		out += label(name) + ": "
	}
	return out + inline(value, quoted[string], label) + strings.Repeat("}", len(p)-1)
}

func label(name string) string {
	if bare(name) {
		return name
	}
	return quoted(name)
}

// blockEnd returns where the last line of a field of a block ends, without the comments
// and blank lines after it.
func (d document) blockEnd(key int) int {
	column := key - d.lineStart(key)
	end := d.lineEnd(key)
	for at := d.nextLine(key); at < len(d.content); at = d.nextLine(at) {
		line := d.content[at:d.lineEnd(at)]
		words := bytes.TrimLeft(line, " ")
		indent := len(line) - len(words)
		if len(words) == 0 || words[0] == '#' {
			continue
		}
		if indent < column || indent == column && !bytes.HasPrefix(words, []byte("- ")) {
			break
		}
		end = d.lineEnd(at)
	}
	return end
}

// closing returns where the brace of a flow mapping is that closes it.
func (d document) closing(open int) (int, bool) {
	depth := 0
	for at := open; at < len(d.content); at++ {
		switch c := d.content[at]; c {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at, true
			}
		case '#':
			if at > 0 && strings.IndexByte(" \t\n", d.content[at-1]) >= 0 {
				at = d.lineEnd(at) - 1
			}
		case '"', '\'':
			if strings.IndexByte(" \t\n{[,:", d.content[at-1]) < 0 {
				continue // within a word
			}
			for at++; at < len(d.content) && d.content[at] != c; at++ {
				if c == '"' && d.content[at] == '\\' {
					at++
				}
			}
		}
	}
	return 0, false
}

// remove cuts a field out. A mapping that would be left without a field stays as {}.
func (d document) remove(above []pair) ([]byte, error) {
	p := above[len(above)-1]
	from := d.offset(p.key)
	if p.of.Style&yaml.FlowStyle != 0 {
		return d.removeFlow(p, from)
	}
	to := d.blockEnd(from)
	if len(p.of.Content) > 2 {
		if value, ok := d.scalarEnd(p.value); ok { // a comment after it stays
			to = value
		}
		return d.cut(from, to), nil
	}
	if len(above) < 2 {
		return nil, d.refuse(from, "it is the only field of the file")
	}
	owner, ok := d.scalarEnd(above[len(above)-2].key)
	if !ok || d.content[owner] != ':' || !d.blank(owner+1, from) {
		return nil, d.refuse(from, "it is the only field of its mapping, which has comments")
	}
	return d.replaced(owner+1, to, " {}"), nil
}

func (d document) removeFlow(p pair, from int) ([]byte, error) {
	to, ok := d.flowEnd(p.value)
	if !ok {
		return nil, d.refuse(from, "it is not written in one line")
	}
	if len(p.of.Content) == 2 {
		open := d.offset(p.of)
		shut, _ := d.closing(open)
		if d.blank(open+1, from) && d.blank(to, shut) {
			return d.replaced(open+1, shut, ""), nil
		}
	}
	return d.cut(from, to), nil
}
