package diff

import (
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// dataKinds are the kinds that hold data, and what is lost with each. %s is the name in
// AWS, if the files state it.
var dataKinds = map[string]string{
	"s3.aws.m.upbound.io/Bucket":            "bucket%s and everything in it",
	"efs.aws.m.upbound.io/FileSystem":       "the file system%s and everything in it",
	"kms.aws.m.upbound.io/Key":              "the key%s: data that it encrypted can never be read again",
	"ecr.aws.m.upbound.io/Repository":       "repository%s and its images",
	"backup.aws.m.upbound.io/Vault":         "vault%s and the backups in it",
	"cloudwatchlogs.aws.m.upbound.io/Group": "log group%s and the logs in it",
}

// lost reports data that is destroyed with its resource.
func (c comparison) lost() {
	protect := set("protect", "deletion")
	for _, change := range c.changes {
		what, holds := dataKinds[change.Kind]
		switch {
		case !holds:
		case change.Action == Destroy:
			name := strings.TrimSuffix(" "+change.AWSName, " ")
			c.report(about(dataLoss, change, "destroys "+fmt.Sprintf(what, name),
				inSteps("copy the data that you need first; with deletion: \"protect\" it stays in AWS", merging(protect), merging(take(), protect))))
		case change.Action == Replace:
			c.report(about(dataLoss, change, renamed(change)+", empty", leftOut("keep the name, or copy the data before anything uses the new one")))
		}
	}
}

// renamed describes a resource whose name in AWS changes.
func renamed(c Change) string {
	if awsName(c.new) == "" {
		return fmt.Sprintf("%s %q loses its id: a management cluster that does not know it, such as one rebuilt from Git, leaves this one in AWS and creates another", shortKind(c.Kind), awsName(c.old))
	}
	return fmt.Sprintf("%s %q becomes %q, which AWS cannot rename: the provider leaves the first one in AWS and manages the second, which it creates if it does not exist", shortKind(c.Kind), awsName(c.old), awsName(c.new))
}

// datasets reports another, empty file system or folder for datasets. The files may not
// know the id of a file system that the environment creates.
func (c comparison) datasets(before, after *v1alpha1.EnvironmentSpec) {
	if before.Storage == nil || after.Storage == nil {
		return
	}
	was, is := before.Storage.Datasets, after.Storage.Datasets
	switch {
	case is.FileSystemID != was.FileSystemID && was.FileSystemID == "" && before.IDs["storage"]["file-system"] != is.FileSystemID:
		c.reportOn("storage", dataLoss, "datasets",
			"Domino Datasets move to "+is.FileSystemID+": the environment's own file system keeps its data and is no longer used, unless it is this one",
			inSteps("remove storage.datasets.existing, or copy the data first", merging(take(), drop("storage", "datasets", "existing"))))
	case is.FileSystemID == was.FileSystemID && is.AccessPointID != was.AccessPointID:
		c.reportOn("storage", dataLoss, "datasets",
			fmt.Sprintf("Domino Datasets use access point %s instead of %s, which may show another folder", is.AccessPointID, was.AccessPointID),
			inSteps("keep the access point, or copy the data into the other one's folder first", merging(take(), keep("storage", "datasets", "existing", "accessPointID"))))
	}
}

// shortened reports data that AWS deletes earlier than before.
func (c comparison) shortened() {
	earlier := func(change Change, message string) {
		c.report(about(dataLoss, change, message, byHand("before merging, copy what must be kept longer")))
	}
	for _, change := range c.changes {
		for _, f := range change.Fields {
			old, isNumber := f.Old.(float64)
			days, both := f.New.(float64)
			if change.Action != Update || !isNumber || !both || days == 0 || old != 0 && days >= old {
				continue
			}
			if what := deletion(change, f); what != "" {
				earlier(change, fmt.Sprintf("%s older than %v days are deleted; before: %v", what, days, old))
			}
		}
		if message := expired(change); message != "" {
			earlier(change, message)
		}
	}
}

// expired describes a bucket that starts to delete objects, or deletes them earlier; ""
// for any other change.
func expired(change Change) string {
	if change.Kind != "s3.aws.m.upbound.io/BucketLifecycleConfiguration" || change.Action != Update {
		return ""
	}
	was, is := expiration(change.old), expiration(change.new)
	bucket := providedText(change.new, "bucket")
	switch {
	case is == 0 || was != 0 && is >= was:
		return ""
	case was == 0:
		return fmt.Sprintf("objects in %s older than %v days are deleted, including existing ones; before, they were kept", bucket, is)
	}
	return fmt.Sprintf("objects in %s older than %v days are deleted; before: %v", bucket, is, was)
}

// expiration returns the number of days after which a bucket deletes objects; 0 for
// never.
func expiration(lifecycle map[string]any) float64 {
	for _, rule := range listAt(lifecycle, "rule") {
		ends, _ := fieldpath.At(rule, "expiration").([]any)
		for _, end := range ends {
			if days, given := fieldpath.At(end, "days").(float64); given {
				return days
			}
		}
	}
	return 0
}

// deletion returns what AWS deletes after the number of days in a field, or "".
func deletion(c Change, f Field) string {
	names := f.Path.names()
	switch name := names[len(names)-1]; {
	case strings.HasSuffix(c.Kind, "logs.aws.m.upbound.io/Group") && name == "retentionInDays":
		return "logs in " + c.called()
	case name == "noncurrentDays":
		return "overwritten and deleted objects in " + providedText(c.new, "bucket")
	}
	return ""
}

// slower reports file systems that lose throughput.
func (c comparison) slower() {
	for _, change := range c.changes {
		f := fieldAt(change, "throughputMode")
		if change.Kind != "efs.aws.m.upbound.io/FileSystem" || f == nil || f.Old != "elastic" || f.New == nil {
			continue // one that exists keeps its mode where none is stated
		}
		c.report(about(throughputLowered, change, fmt.Sprintf("throughput is %v and no longer elastic: it depends on the amount of stored data, and EFS changes the mode back after 24 hours at the earliest", f.New),
			byHand("before merging, check the metrics MeteredIOBytes and BurstCreditBalance")))
	}
}
