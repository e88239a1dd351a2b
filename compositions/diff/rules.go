package diff

import (
	"fmt"

	"github.com/dominoc/dominoc/schema/diag"
)

// Rules returns the meaning of each danger code, as rules for a reader.
func Rules() []diag.Rule {
	var all []diag.Rule
	for _, code := range Codes() {
		rule := diag.Rule{
			Code:    code.Name,
			Means:   fmt.Sprintf("A danger of dominoc diff, of the class %s. %s", code.Class, code.About),
			Example: fmt.Sprintf("dominoc diff --fail-on %s", code.Name),
			Mend:    fmt.Sprintf("what diff says; or accept it in the fleet's policy, in %s: dominoc diff --fail-on %s prints the entry", PolicyFolder, code.Class),
		}
		if (Danger{Code: code.Name}).Own() {
			rule.Mend = fmt.Sprintf("what diff says; or accept it in the change that brings it: accept: %q: \"<reason>\", or with what it is about behind a slash, as diff shows it", code.Name)
		}
		all = append(all, rule)
	}
	return all
}
