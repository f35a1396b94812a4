// Package dataset writes and reads the rows of datasets in a lab file. How they are encoded says
// package layout.
package dataset
