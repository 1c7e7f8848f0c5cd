"""Where a teacher meets a student: Gymnasium environments."""
