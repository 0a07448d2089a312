// ArgumentTable
