localStorage.setItem('a', 'b');
