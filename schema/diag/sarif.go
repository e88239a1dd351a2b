package diag

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// The part of SARIF 2.1.0 that we write; required properties have no omitempty.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string        `json:"id"`
		Short *sarifMessage `json:"shortDescription,omitempty"`
		Help  *sarifMessage `json:"help,omitempty"`
		URI   string        `json:"helpUri,omitempty"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId,omitempty"`
		RuleIndex *int            `json:"ruleIndex,omitempty"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifMessage  `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
	}
)

func printSARIF(w io.Writer, l List, o Options) error {
	rules := codes(l)
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "dominoc", Version: o.Version, InformationURI: "https://github.com/dominoc/dominoc", Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, code := range rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule(code, o.Explain))
	}
	for _, d := range l {
		run.Results = append(run.Results, result(d, slices.Index(rules, d.Code)))
	}
	return words.WriteJSON(w, sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}})
}

// rule is what code scanning shows next to a result.
func rule(code string, explain func(string) (Rule, bool)) sarifRule {
	if explain == nil {
		return sarifRule{ID: code}
	}
	r, known := explain(code)
	if !known {
		return sarifRule{ID: code}
	}
	return sarifRule{
		ID: code, Short: &sarifMessage{r.Means}, URI: r.Page(),
		Help: &sarifMessage{r.Means + "\n\nFor example: " + r.Example + "\n\nTo mend it: " + r.Mend},
	}
}

func codes(l List) []string {
	var all []string
	for _, d := range l {
		if d.Code != "" {
			all = append(all, d.Code)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func result(d Diagnostic, rule int) sarifResult {
	text := d.Text()
	if where := d.where(); where != "" {
		text += "\n" + where
	}
	if d.Hint != "" {
		text += "\nhint: " + d.Hint
	}
	r := sarifResult{RuleID: d.Code, Level: d.Severity.String(), Message: sarifMessage{text}}
	if rule >= 0 {
		r.RuleIndex = &rule
	}
	if d.Pos.IsValid() {
		at := location(d.Pos, d.End)
		if d.Path != "" {
			at.Logical = []sarifLogical{{d.Path}}
		}
		r.Locations = []sarifLocation{at}
	}
	for i, n := range d.Notes {
		r.Related = append(r.Related, related(n, i+1))
	}
	return r
}

func related(n Note, id int) sarifLocation {
	var at sarifLocation
	if n.Pos.IsValid() {
		at = location(n.Pos, 0)
	}
	at.ID, at.Message = id, &sarifMessage{n.Message}
	return at
}

func location(p Pos, end int) sarifLocation {
	physical := &sarifPhysical{Artifact: sarifArtifact{uri(p.File)}}
	if p.Line > 0 {
		physical.Region = &sarifRegion{StartLine: p.Line, StartColumn: p.Column}
		if end > p.Column {
			physical.Region.EndColumn = end
		}
	}
	return sarifLocation{Physical: physical}
}

// uri escapes what a URI reference may not contain, and keeps a first segment
// with a colon from being read as a scheme.
func uri(file string) string {
	u := (&url.URL{Path: file}).EscapedPath()
	if first, _, _ := strings.Cut(u, "/"); strings.Contains(first, ":") {
		u = "./" + u
	}
	return u
}
