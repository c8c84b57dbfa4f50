// Package text bounds what strangers wrote, before people or logs get to see it.
package text
