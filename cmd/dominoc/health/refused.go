package health

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// CreateRefused reports whether AWS refused to create the object: it answered the last
// call to create it with an error of the caller's, no other attempt has begun, and the
// provider has never seen it in AWS. Any other object may exist in AWS: one that no
// provider has reconciled yet, one whose creation is under way, timed out or was not
// recorded, one that AWS already had. A name in AWS proves nothing, because some names
// are chosen before the call.
//
// The annotation external-create-succeeded does not say that AWS made the object:
// where the provider creates asynchronously, it means that the attempt was started
// (upjet, pkg/controller/external_async_tfpluginsdk.go).
func (o *Object) CreateRefused() bool {
	seen, _ := o.field("status.atProvider").(map[string]any)
	if !o.managed() || o.Deleting() || o.CreateUnfinished() || len(seen) > 0 {
		return false
	}
	began := moment(o.Annotation("crossplane.io/external-create-pending"))
	ended, message := o.failedToCreate()
	return !began.IsZero() && !ended.Before(began) && refusesToCreate(o.Kind, message)
}

// failedToCreate is when an attempt to create the object failed, and the provider's
// error; no time and no error where the provider reports none, or now fails before it
// gets there. An asynchronous attempt ends with a condition, any other one with an
// annotation.
func (o *Object) failedToCreate() (time.Time, string) {
	synced, last := o.Condition("Synced"), o.Condition("LastAsyncOperation")
	create := strings.HasPrefix(synced.Message, "create failed: ")
	switch {
	case synced.False() && !create:
		return time.Time{}, ""
	case last.False() && last.Reason == "AsyncCreateFailure":
		return last.Since, last.Message
	case synced.False():
		return moment(o.Annotation("crossplane.io/external-create-failed")), synced.Message
	}
	return time.Time{}, ""
}

// answered is AWS's answer to a call, as its SDK writes it.
var answered = regexp.MustCompile(`operation error [^:]+: (\w+), https response error StatusCode: (4\d\d), (.*)`)

// refusesToCreate reports whether an error is AWS's refusal of the call that makes a
// resource of the kind, such as CreateCluster. An error of a later call, or of one that
// waits, comes after AWS has made something, and a conflict or a repeated request may
// mean that AWS has it.
func refusesToCreate(kind, message string) bool {
	message = strings.Join(strings.Fields(message), " ")
	answer := answered.FindStringSubmatch(message)
	if answer == nil || strings.Count(message, "operation error ") > 1 {
		return false
	}
	call, status, says := answer[1], answer[2], strings.ToLower(answer[3])
	exists := slices.ContainsFunc([]string{"already", "exists", "inuse", "in use", "duplicate", "idempot"}, func(word string) bool {
		return strings.Contains(says, word)
	})
	return strings.EqualFold(call, "Create"+kind) && status != "408" && status != "409" && !exists
}
