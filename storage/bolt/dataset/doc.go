// Package dataset writes and reads the rows of datasets in a lab file, in the encoding of package
// layout. Rows are kept by step in chunks: [Put] replaces those of some steps, and [Windows] divides a
// dataset into queries of bounded size, so that neither a recorder nor a batch holds all of it.
//
// A large read may take several transactions, between which a recorder may write: [Select] notices
// chunks that were replaced meanwhile, and counts each step once.
package dataset
