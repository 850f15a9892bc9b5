class Orders extends HttpServlet {
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            list(response);
        } catch (SQLException problem) {
            // ruleid: java-error-details
            problem.printStackTrace(response.getWriter());
            PrintWriter out = response.getWriter();
            // ruleid: java-error-details
            problem.printStackTrace(out);
            // ruleid: java-error-details
            response.getWriter().write(ExceptionUtils.getStackTrace(problem));
            // ok: java-error-details
            problem.printStackTrace();
            // ok: java-error-details
            problem.printStackTrace(new PrintWriter(buffer));
            // ok: java-error-details
            logger.error(ExceptionUtils.getStackTrace(problem));
            // ok: java-error-details
            response.sendError(500);
        }
    }
}
