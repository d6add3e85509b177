// Before the first paint: the chosen theme and language, so that nothing flashes. They are no health data.
(() => {
  try {
    const theme = localStorage.getItem('vaidya.theme');
    const language = localStorage.getItem('vaidya.language');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    if (language === 'en' || language === 'hi') document.documentElement.lang = language;
  } catch {
    // A browser that forbids storage gets the system's theme.
  }
})();
