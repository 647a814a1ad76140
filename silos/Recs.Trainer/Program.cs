using Recs.Trainer;

return await TrainerTool.RunAsync(args, TrainerContext.OfProcess());
