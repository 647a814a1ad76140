using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Recs.Cluster.Tests")]
