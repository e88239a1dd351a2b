// Command wording tells a change of words from a change of anything else:
//
//	.ci/wording BASE [HEAD]
//
// It compares each file of two commits after masking texts, and prints the lines
// that still differ. In Go and CUE files it drops comments and masks text literals
// that contain a space, except for their verbs, interpolations and the path at
// their start. In other files, such as goldens, it drops lines that are a comment, and
// masks the messages and hints of diagnostics and dangers. Documents, templates and
// explanations are words only.
package main

import (
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
	cuetoken "cuelang.org/go/cue/token"
)

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage: .ci/wording BASE [HEAD]")
		os.Exit(2)
	}
	base, head := os.Args[1], append(os.Args[2:], "HEAD")[0]
	files := strings.Fields(git("diff", "--name-only", "--no-renames", base, head))
	more := 0
	for _, file := range files {
		if !wordsOnly(file) {
			more += compare(file, git("show", base+":"+file), git("show", head+":"+file))
		}
	}
	fmt.Printf("%d files differ, %d of them in more than words\n", len(files), more)
	if more > 0 {
		os.Exit(1)
	}
}

// git returns nothing for a file that a commit does not have.
func git(args ...string) string {
	out, err := exec.Command("git", args...).Output()
	if err != nil && args[0] != "show" {
		fmt.Fprintln(os.Stderr, "git", args, err)
		os.Exit(3)
	}
	return string(out)
}

func wordsOnly(file string) bool {
	return slices.Contains([]string{".md", ".tmpl"}, path.Ext(file)) || file == "schema/explain/codes.txt"
}

// compare prints the lines that masking leaves different, and returns 1 if there are some.
func compare(file, before, after string) int {
	mask := output
	switch path.Ext(file) {
	case ".go":
		mask = goTokens
	case ".cue":
		mask = cueTokens
	}
	old, now := mask(before), mask(after)
	if slices.Equal(old, now) {
		return 0
	}
	start := 0
	for start < min(len(old), len(now)) && old[start] == now[start] {
		start++
	}
	for len(old) > start && len(now) > start && old[len(old)-1] == now[len(now)-1] {
		old, now = old[:len(old)-1], now[:len(now)-1]
	}
	const most = 20
	fmt.Printf("%s\n", file)
	fmt.Printf("  - %s\n", strings.Join(old[start:min(len(old), start+most)], "\n  - "))
	fmt.Printf("  + %s\n", strings.Join(now[start:min(len(now), start+most)], "\n  + "))
	return 1
}

var (
	verb      = regexp.MustCompile(`%[-+#0-9.]*[a-zA-Z]`)
	pathFirst = regexp.MustCompile(`^"?[A-Za-z][A-Za-z0-9.\[\]\\"]*: `)
	structTag = regexp.MustCompile("^`[a-z]+:\"")
)

// literal masks a text literal.
func literal(text string) string {
	if !strings.Contains(text, " ") || structTag.MatchString(text) {
		return text
	}
	return pathFirst.FindString(text) + "text" + strings.Join(verb.FindAllString(text, -1), "")
}

func goTokens(source string) []string {
	files := token.NewFileSet()
	var s scanner.Scanner
	s.Init(files.AddFile("", files.Base(), len(source)), []byte(source), nil, 0)
	var all []string
	for {
		_, kind, text := s.Scan()
		switch kind {
		case token.EOF:
			return all
		case token.STRING:
			text = literal(text)
		case token.SEMICOLON:
			continue // an automatic one shows only where a line ends
		}
		all = append(all, kind.String()+" "+text)
	}
}

func cueTokens(source string) []string {
	file, err := parser.ParseFile("", source)
	if err != nil {
		return strings.Split(source, "\n")
	}
	ast.Walk(file, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && (text.Kind == cuetoken.STRING || text.Kind == cuetoken.INTERPOLATION) {
			masked := literal(text.Value)
			if masked != text.Value { // a part of an interpolation keeps its ends
				masked = ends(text.Value, masked)
			}
			text.Value = masked
		}
		return true
	}, nil)
	out, err := format.Node(file)
	if err != nil {
		return strings.Split(source, "\n")
	}
	return strings.Fields(string(out))
}

// ends puts masked text between the quotes or parentheses that text has.
func ends(text, masked string) string {
	first, last := text[:1], text[len(text)-1:]
	if strings.HasSuffix(text, `\(`) {
		last = `\(`
	}
	return first + strings.ReplaceAll(strings.Trim(masked, `"`), " ", "_") + last
}

// lines are what a line of a golden keeps: what the groups of its first match hold.
var lines = []*regexp.Regexp{
	regexp.MustCompile(`^(.*?: (?:error|warning): (?:[^: ]+: )?).*( \[[a-z0-9-]+\])$`),
	regexp.MustCompile(`^(.*?(?:hint|note|do|(?:danger|accepted) .+?): (?:\S+:\d+:\d+: )?).*$`),
	regexp.MustCompile(`^(.*// (?:error|warning)(?:\([a-z0-9-]+\))?: ).*$`),
	regexp.MustCompile(`^(.*"(?:message|hint|instead|text|description|markdown|help)": ").*(",?)$`),
	regexp.MustCompile(`^(::\w+ .*?::).*$`),
	regexp.MustCompile("^(\\s*- )(?:[^`].*)$"),
	regexp.MustCompile(`^([^|]+\|[^|]+\|).*$`),
}

var (
	digest  = regexp.MustCompile(`sha256:[0-9a-f]{64}`)
	comment = regexp.MustCompile(`^\s*(//|#)( |$)`)
)

func output(content string) []string {
	all := strings.Split(digest.ReplaceAllString(content, "sha256:"), "\n")
	all = slices.DeleteFunc(all, comment.MatchString)
	for i, line := range all {
		for _, kept := range lines {
			if found := kept.FindStringSubmatch(line); found != nil {
				all[i] = strings.Join(found[1:], "")
				break
			}
		}
	}
	return all
}
