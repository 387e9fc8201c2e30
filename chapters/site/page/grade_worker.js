// Runs an exercise's tests in a worker of its own, which the page can end.
import { answerCalls } from "./calls.js";
import { listTests, runTest } from "./test_runner.js";

answerCalls({ listTests, runTest });
