// Follows one case across topics: drops what was seen, holds what is early, prints the rest in each source's order.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	if len(os.Args) < 4 {
		log.Fatal("usage: follow BOOTSTRAP CASE TOPIC...")
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(os.Args[1], ",")...), kgo.ConsumeTopics(os.Args[3:]...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		log.Fatal(err)
	}
	applied, held := map[string]int{}, map[string]*kgo.Record{}
	for last := time.Now().Add(25 * time.Second); time.Since(last) < 5*time.Second; { // 30 s for the first, then 5
		poll, cancel := context.WithTimeout(context.Background(), time.Second)
		client.PollFetches(poll).EachRecord(func(record *kgo.Record) {
			header := map[string]string{}
			for _, one := range record.Headers {
				header[one.Key] = string(one.Value)
			}
			sequence, err := strconv.Atoi(header["ce_sequence"])
			if string(record.Key) != os.Args[2] || header["ce_specversion"] != "1.0" || err != nil {
				return // another case, or nothing that can be put in order
			}
			last = time.Now()
			source := header["ce_source"]
			if sequence > applied[source] {
				held[fmt.Sprint(source, sequence)] = record // the same again changes nothing
			}
			for next := held[fmt.Sprint(source, applied[source]+1)]; next != nil; {
				var fact struct{ At string }
				_ = json.Unmarshal(next.Value, &fact)
				applied[source]++
				fmt.Printf("%-9s %2d  %s  %s\n", source, applied[source], fact.At, next.Topic)
				delete(held, fmt.Sprint(source, applied[source]))
				next = held[fmt.Sprint(source, applied[source]+1)]
			}
		})
		cancel()
	}
	if len(applied) == 0 {
		log.Fatal("nothing of the case came in 30 seconds: is this its id, and do the brokers answer?")
	}
}
