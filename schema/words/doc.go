// Package words prepares text for a reader.
//
// Values of environments, condition messages of a cluster and output of other
// programs go in; text that a terminal, Markdown or HTML shows as it is comes
// out. What to say is left to the caller.
//
// A hidden character is one that a reader does not see and that changes what
// the reader sees: control characters, escape sequences, bidirectional
// controls, zero-width characters, line separators, and bytes that are not
// UTF-8 (CVE-2021-42574, Unicode Technical Standard 55). Letters of every
// script, marks and symbols are not hidden.
//
// A command is what a runner of workflows finds in its log and obeys.
package words
