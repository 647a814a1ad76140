using Recs.Cli;
using Recs.Cli.Output;

return await Tool.RunAsync(args, ToolContext.OfProcess());
